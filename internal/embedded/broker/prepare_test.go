package broker

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPrepare damages the end and the middle of a log as a crash and a bad disk do.
func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	b := start(t, dir, "127.0.0.1:0")
	c := client(t, b.Addr(), 10*time.Second)
	createTopic(t, c)
	for i := range 10 {
		for p := range int32(partitions) {
			if err := produce(t.Context(), c, p, []byte(value(p, i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := readAll(t, b.Addr())
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(dir, "partitions", topic+"-0")
	file, snap := filepath.Join(part, "0.dat"), filepath.Join(part, "snapshot.json")
	whole := readFile(t, file)
	tests := map[string]struct {
		damage func([]byte) []byte
		ok     bool
	}{
		"nothing":                {func(b []byte) []byte { return b }, true},
		"a batch cut short":      {func(b []byte) []byte { return append(b, b[:len(b)/10-3]...) }, true},
		"a head cut short":       {func(b []byte) []byte { return append(b, b[:20]...) }, true},
		"zeros after the end":    {func(b []byte) []byte { return append(b, make([]byte, 5000)...) }, true},
		"a byte in the middle":   {func(b []byte) []byte { b[len(b)/2] ^= 4; return b }, false},
		"foreign bytes behind":   {func(b []byte) []byte { return append(b, bytes.Repeat([]byte("x"), 500)...) }, false},
		"an old batch once more": {func(b []byte) []byte { return append(b, b[:len(b)/10]...) }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			writeFile(t, file, tt.damage(bytes.Clone(whole)))
			if err := os.Remove(snap); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			if tt.ok {
				checkFits(t, dir, part)
			}
			b, err := Start(Options{Dir: dir, Listen: "127.0.0.1:0"})
			if !tt.ok {
				if !errors.Is(err, ErrDamaged) {
					t.Fatalf("Start: %v, want ErrDamaged", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = b.Close() }()
			if diff := cmp.Diff(want, readAll(t, b.Addr())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// checkFits prepares a log and wants a snapshot that kfake accepts: else it reads all of the log into memory.
func checkFits(t *testing.T, dir, part string) {
	t.Helper()
	if err := prepare(dir, discard()); err != nil {
		t.Fatal(err)
	}
	files, err := listSegments(part)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(files, decodeSnapshot(t, filepath.Join(part, "snapshot.json")).Segments); diff != "" {
		t.Fatalf("the snapshot (-files +named):\n%s", diff)
	}
}

// TestPrepareWritesWhatCloseWrites compares our snapshot with kfake's own, and keeps one that fits.
func TestPrepareWritesWhatCloseWrites(t *testing.T) {
	dir := t.TempDir()
	b := start(t, dir, "127.0.0.1:0")
	c := client(t, b.Addr(), 10*time.Second)
	createTopic(t, c)
	for i := range 5 {
		if err := produce(t.Context(), c, 0, []byte(value(0, i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "partitions", topic+"-0", "snapshot.json")
	theirs := decodeSnapshot(t, name)
	before := readFile(t, name)
	if err := prepare(dir, discard()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, readFile(t, name)) {
		t.Fatal("a snapshot that fits was replaced")
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := prepare(dir, discard()); err != nil {
		t.Fatal(err)
	}
	ours := decodeSnapshot(t, name)
	theirs.CreatedAt, ours.CreatedAt = time.Time{}, time.Time{} // the topic's there, the first batch's here
	if diff := cmp.Diff(theirs, ours); diff != "" {
		t.Errorf("(-kfake +ours):\n%s", diff)
	}
}

func decodeSnapshot(t *testing.T, name string) snapshot {
	t.Helper()
	var s snapshot
	if err := json.Unmarshal(readFile(t, name), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// FuzzScan feeds the scanner any bytes: it must end, stay inside them, and agree with itself on what it found good.
func FuzzScan(f *testing.F) {
	f.Add([]byte{}, int64(0))
	f.Add(make([]byte, 100), int64(5))
	f.Add(batchOf(0, 1), int64(0))
	f.Add(append(batchOf(3, 2), batchOf(5, 1)...), int64(3))
	f.Fuzz(func(t *testing.T, raw []byte, base int64) {
		s, err := scan(bytes.NewReader(raw), int64(len(raw)), base)
		if err != nil {
			t.Fatal(err)
		}
		if s.good < 0 || s.good > int64(len(raw)) || s.next < base {
			t.Fatalf("%+v of %d bytes from %d", s, len(raw), base)
		}
		again, err := scan(bytes.NewReader(raw[:s.good]), s.good, base)
		if err != nil || again.good != s.good || again.next != s.next {
			t.Fatalf("the good part alone: %+v, %v; want %+v", again, err, s)
		}
	})
}
