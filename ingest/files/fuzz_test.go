package files

import (
	"bytes"
	"errors"
	"testing"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
)

// FuzzImport: whatever a file holds, every line is an action or rejected, and the same again in any format.
func FuzzImport(f *testing.F) {
	f.Add("ndjson", []byte(`{"member":"m","kind":"post","time":1000}`+"\n{\n"))
	f.Add("csv", []byte("member,time,kind\n\"a\nb\",1,post\n\"open,1,post\nm,2,x\n"))
	f.Add("tsv", []byte("member\ttime\tkind\nm\t20260131\tpost\n"))
	f.Add("snap", []byte("# c\n1 2 1082040961\n6,2,4,1289241911.72836\n1\n"))
	f.Fuzz(func(t *testing.T, format string, body []byte) {
		o := options("-")
		o.Format, o.SortMemory, o.TempDir = format, 2000, t.TempDir()
		var first *recorder
		for range 2 {
			o.Stdin = bytes.NewReader(body)
			r := &recorder{}
			s, err := Import(t.Context(), o, r)
			var usage *UsageError
			var damage *lines.Damage
			if errors.As(err, &usage) {
				return
			}
			if err != nil && !errors.As(err, &damage) {
				t.Fatal(err)
			}
			if s.Actions+s.Rejected != s.Lines || s.Sent != s.Actions || int64(len(r.rejected())) != s.Rejected {
				t.Fatalf("%d actions and %d rejected of %d lines, %d sent", s.Actions, s.Rejected, s.Lines, s.Sent)
			}
			if first != nil && first.show(t) != r.show(t) {
				t.Fatal("two imports differ")
			}
			first = r
		}
	})
}
