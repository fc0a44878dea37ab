package state

import (
	"errors"
	"slices"
	"testing"
)

func write() []byte {
	var w Writer
	w.Uint(7)
	w.Int(-9)
	w.Float(1.5)
	w.Bool(true)
	w.String("社区")
	w.Words([]uint64{1, 1 << 63})
	return w.Bytes()
}

func read(b []byte) error {
	r := NewReader(b)
	ok := r.Uint() == 7
	ok = r.Int() == -9 && ok
	ok = r.Float() == 1.5 && ok
	ok = r.Bool() && ok
	ok = r.String() == "社区" && ok
	ok = slices.Equal(r.Words(), []uint64{1, 1 << 63}) && ok
	if err := r.Done(); err != nil {
		return err
	}
	if !ok {
		return errors.New("other values")
	}
	return nil
}

func TestRoundTrip(t *testing.T) {
	if err := read(write()); err != nil {
		t.Fatal(err)
	}
}

func TestDamageIsReported(t *testing.T) {
	b := write()
	for n := range b {
		if err := read(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if err := read(append(b, 0)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a byte too many: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write())
	f.Fuzz(func(_ *testing.T, b []byte) { _ = read(b) })
}
