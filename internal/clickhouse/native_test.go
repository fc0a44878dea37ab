package clickhouse

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Read and WriteTo give the same bytes, and none after stop.
func TestBody(t *testing.T) {
	day := &schemas.MemberDayRows{Community: []string{"c"}, Member: []string{strings.Repeat("m", 300)}, Day: []int32{20000}, Actions: []uint32{3},
		Contributions: []uint32{1}, Version: []uint64{9}, Definition: []uint32{1}}
	fill := func() *body {
		b := &body{}
		for range 2 {
			if err := b.add(day); err != nil {
				t.Fatal(err)
			}
		}
		return b
	}
	var whole bytes.Buffer
	if _, err := fill().WriteTo(&whole); err != nil {
		t.Fatal(err)
	}
	b := fill()
	got, err := io.ReadAll(struct{ io.Reader }{b})
	if diff := cmp.Diff(whole.Bytes(), got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	b = fill()
	b.stop()
	if _, err := b.WriteTo(&whole); !errors.Is(err, errStopped) {
		t.Errorf("written after stop: %v", err)
	}
	if _, err := b.Read(make([]byte, 9)); !errors.Is(err, errStopped) {
		t.Errorf("read after stop: %v", err)
	}
	day.Day = nil
	if err := b.add(day); err == nil {
		t.Error("a block with uneven columns was made")
	}
}
