package state

import (
	"errors"
	"slices"
	"testing"
)

type pair struct{ a, b uint16 }

func write() []byte {
	var w Writer
	w.Uint(7)
	w.Int(-9)
	w.Float(1.5)
	w.Bool(true)
	w.String("社区")
	w.Words([]uint64{1, 1 << 63})
	w.Uint32s([]uint32{5})
	Put(&w, []pair{{1, 2}, {3, 4}})
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
	ok = slices.Equal(r.Uint32s(), []uint32{5}) && ok
	ok = slices.Equal(Get[pair](r), []pair{{1, 2}, {3, 4}}) && ok
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

// Records of a machine with the other byte order are refused, not read as other numbers.
func TestOtherByteOrderIsRefused(t *testing.T) {
	var w Writer
	w.Words([]uint64{1})
	b := w.Bytes()
	b[0] ^= 1
	if r := NewReader(b); len(r.Words()) > 0 || !errors.Is(r.Err(), ErrDamaged) {
		t.Error("the other byte order was read")
	}
}

func BenchmarkWords(b *testing.B) {
	v := make([]uint64, 1<<20)
	w := NewWriter(9 << 20)
	b.SetBytes(8 << 20)
	for b.Loop() {
		w.b = w.b[:0]
		w.Words(v)
		if r := NewReader(w.b); len(r.Words()) != len(v) {
			b.Fatal(r.Err())
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write())
	f.Fuzz(func(_ *testing.T, b []byte) { _ = read(b) })
}
