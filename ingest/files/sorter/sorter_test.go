package sorter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

func action(r *rapid.T) schemas.Action {
	word := rapid.SliceOfN(rapid.ByteRange('a', 'c'), 0, 3)
	a := schemas.Action{Version: schemas.Version, Community: []byte("c"), Member: append([]byte("m"), word.Draw(r, "member")...),
		Kind: schemas.KindPost, Time: rapid.Int64Range(0, 5).Draw(r, "time"), ID: word.Draw(r, "id"),
		Target: word.Draw(r, "target"), Source: append([]byte("s"), word.Draw(r, "source")...), Received: 7}
	if rapid.Bool().Draw(r, "valued") {
		a.HasValue, a.Value = true, rapid.Float64Range(0, 1).Draw(r, "value")
	}
	return a
}

// sorted returns the encodings in the sorter's order.
func sorted(t testing.TB, dir string, memory int64, actions []schemas.Action) [][]byte {
	t.Helper()
	s := New(dir, memory)
	defer s.Close()
	for i := range actions {
		if err := s.Add(&actions[i]); err != nil {
			t.Fatal(err)
		}
	}
	var out [][]byte
	err := s.Each(t.Context(), func(r *Record) error {
		out = append(out, r.Append(nil, r.ID))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOrderIsThatOfTheContents(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		actions := rapid.SliceOfN(rapid.Custom(action), 0, 60).Draw(r, "actions")
		want := sorted(t, dir, 1<<20, actions)

		var plain [][]byte
		last := int64(0)
		for _, a := range actions {
			a.Received = 0
			plain = append(plain, a.Append(nil))
		}
		for _, b := range want {
			var a schemas.Action
			schemas.DecodeRecord(b, &a)
			if a.Time < last {
				r.Fatalf("time %d after %d", a.Time, last)
			}
			last = a.Time
		}
		got := slices.Clone(want)
		slices.SortFunc(got, bytes.Compare)
		slices.SortFunc(plain, bytes.Compare)
		if !slices.EqualFunc(got, plain, bytes.Equal) {
			r.Fatal("other actions came out than went in")
		}

		shuffled := rapid.Permutation(actions).Draw(r, "shuffled")
		memory := rapid.Int64Range(1, 4000).Draw(r, "memory")
		if !slices.EqualFunc(want, sorted(t, dir, memory, shuffled), bytes.Equal) {
			r.Fatal("the order of Add, or sorting in a file, changed the result")
		}
	})
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

func TestEqualOnesOfTwoFiles(t *testing.T) {
	a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), Kind: schemas.KindPost, Source: []byte("a")}
	b := a
	b.Source = []byte("b")
	one := sorted(t, "", 1<<20, []schemas.Action{a, b})
	two := sorted(t, "", 1<<20, []schemas.Action{b, a})
	if !slices.EqualFunc(one, two, bytes.Equal) {
		t.Error("the order of files decides")
	}
}

func many(n int) []schemas.Action {
	rnd := rand.New(rand.NewPCG(1, 2))
	out := make([]schemas.Action, n)
	for i := range out {
		out[i] = schemas.Action{Version: 1, Community: []byte("community"), Member: fmt.Appendf(nil, "%d", rnd.IntN(5000)),
			Target: fmt.Appendf(nil, "%d", rnd.IntN(5000)), Kind: schemas.KindMessage, Source: []byte("file:a"),
			Time: 1_082_040_961_000 + rnd.Int64N(1<<34)}
	}
	return out
}

func TestLargeExternalSort(t *testing.T) {
	actions := many(50_000)
	want := sorted(t, "", 1<<30, actions)
	s := New(t.TempDir(), 300<<10)
	defer s.Close()
	for i := range actions {
		if err := s.Add(&actions[i]); err != nil {
			t.Fatal(err)
		}
	}
	if s.runs == nil || len(s.runs.ends) < 5 {
		t.Fatal("memory was enough: nothing is tested")
	}
	n := 0
	err := s.Each(t.Context(), func(r *Record) error {
		if !bytes.Equal(want[n], r.Append(nil, r.ID)) {
			return fmt.Errorf("record %d differs", n)
		}
		n++
		return nil
	})
	if err != nil || n != len(want) {
		t.Fatalf("%d of %d records, %v", n, len(want), err)
	}
}

func TestStops(t *testing.T) {
	for _, memory := range []int64{1 << 20, 1000} {
		s := New(t.TempDir(), memory)
		actions := many(5000)
		for i := range actions {
			if err := s.Add(&actions[i]); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("why")
		cancel(why)
		if err := s.Each(ctx, func(*Record) error { return nil }); !errors.Is(err, why) {
			t.Errorf("Each = %v, want the context's cause", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestFullDiskIsExplained(t *testing.T) {
	r, err := newRuns(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	text := r.explain(fmt.Errorf("write: %w", syscall.ENOSPC)).Error()
	if !strings.Contains(text, "no space left") || !strings.Contains(text, "TMPDIR") || !strings.Contains(text, r.file.Name()) {
		t.Errorf("got %q", text)
	}
	if _, err := newRuns("/no/such/folder"); err == nil {
		t.Error("no error for a folder that is not there")
	}
}

func benchmark(b *testing.B, memory int64) {
	actions := many(200_000)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s := New(b.TempDir(), memory)
		for i := range actions {
			if err := s.Add(&actions[i]); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Each(b.Context(), func(*Record) error { n++; return nil }); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/action")
}

func BenchmarkInMemory(b *testing.B) { benchmark(b, 1<<30) }
func BenchmarkExternal(b *testing.B) { benchmark(b, 4<<20) }
