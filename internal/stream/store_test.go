package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

func openStore(t *testing.T, url string) *Store {
	s, err := OpenStore(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestADamagedSnapshotIsNeverTaken(t *testing.T) {
	s, ctx := openStore(t, "mem://"), t.Context()
	if err := s.Write(ctx, "members", 3, 4, 1234, []byte("the state")); err != nil {
		t.Fatal(err)
	}
	names, err := s.List(ctx, "members", 3)
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	whole, err := s.bucket.ReadAll(ctx, names[0])
	if err != nil {
		t.Fatal(err)
	}
	read := func(b []byte, partition, partitions int) error {
		if err := s.bucket.WriteAll(ctx, names[0], b, nil); err != nil {
			t.Fatal(err)
		}
		next, payload, err := s.Read(ctx, names[0], "members", partition, partitions)
		if err == nil && (next != 1234 || string(payload) != "the state") {
			t.Errorf("read %d %q", next, payload)
		}
		return err
	}
	if err := read(whole, 3, 4); err != nil {
		t.Errorf("the whole one: %v", err)
	}
	for i := range whole {
		for _, flip := range []byte{1, 0x80, 0xff} {
			b := bytes.Clone(whole)
			b[i] ^= flip
			if err := read(b, 3, 4); !errors.Is(err, ErrSnapshot) {
				t.Errorf("byte %d of %d changed: %v, want ErrSnapshot", i, len(whole), err)
			}
		}
		if err := read(whole[:i], 3, 4); !errors.Is(err, ErrSnapshot) {
			t.Errorf("cut after %d bytes: %v, want ErrSnapshot", i, err)
		}
	}
	for other, want := range map[[2]int]error{{2, 4}: ErrSnapshot, {33, 4}: ErrSnapshot, {3, 5}: ErrPartitions, {3, 40}: ErrPartitions} {
		if err := read(whole, other[0], other[1]); !errors.Is(err, want) {
			t.Errorf("read as partition %d of %d: %v, want %v", other[0], other[1], err, want)
		}
	}
	if _, _, err := s.Read(ctx, "members/3/nothing", "members", 3, 4); !errors.Is(err, errGone) {
		t.Errorf("one that is gone: %v, want errGone", err)
	}
}

func TestTheNewestWholeSnapshotIsTaken(t *testing.T) {
	spoil := func(b []byte) { b[len(b)-1] ^= 1 }
	for name, c := range map[string]struct {
		damage [2]bool // of the newest, of the one before
		folded int     // records that are folded again
	}{
		"newest": {folded: 1}, "one before": {damage: [2]bool{true}, folded: 3}, "none": {damage: [2]bool{true, true}, folded: 6},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := notesWorld(t, 1)
				for i, n := range []int{3, 5} {
					w.add(schemas.TopicActions, 0, values(0, []int{0, 3}[i], n)...)
					r := w.run(t, nil)
					until(t, "stored", func() bool { return len(w.noted()) == n })
					r.stop()
				}
				w.read(func() {
					for i, next := range []int{5, 3} {
						if c.damage[i] {
							spoil(w.bucket[fmt.Sprintf("notes/0/%020d", next)])
						}
					}
					w.fetched = 0
				})
				w.add(schemas.TopicActions, 0, values(0, 5, 6)...)
				r := w.run(t, nil)
				until(t, "stored", func() bool { return len(w.noted()) == 6 })
				r.stop()
				w.read(func() {
					if w.fetched != c.folded {
						t.Errorf("%d records folded after the restart, want %d", w.fetched, c.folded)
					}
				})
				if diff := cmp.Diff(allNoted(6), w.noted()); diff != "" {
					t.Errorf("-want +stored:\n%s", diff)
				}
			})
		})
	}
}

func TestTwoSnapshotsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 2)
		r := w.run(t, func(o *Options) { o.SnapshotEvery = time.Second })
		for i := range 10 {
			w.add(schemas.TopicActions, 0, values(0, i, i+1)...)
			pass(5 * time.Second)
		}
		r.stop()
		var names []string
		w.read(func() {
			for name := range w.bucket {
				names = append(names, name)
			}
		})
		slices.Sort(names)
		if diff := cmp.Diff([]string{"notes/0/00000000000000000009", "notes/0/00000000000000000010"}, names); diff != "" {
			t.Errorf("-want +kept:\n%s", diff)
		}
		if n := w.count("write snapshot"); n != 10 {
			t.Errorf("%d snapshots were taken, want 10", n)
		}
	})
}

// A snapshot that another owner replaced since it was listed is no damage: the newer ones are listed.
func TestASnapshotThatIsGoneIsLookedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
		r := w.run(t, nil)
		pass(5 * time.Second)
		r.stop()
		w.add(schemas.TopicActions, 0, values(0, 5, 9)...)
		name := snapshotName("notes", 0, 5)
		hidden := w.bucket[name]
		w.read(func() {
			w.topics[schemas.TopicActions][0].first = 5
			w.fail = func(call string) error {
				switch call {
				case "read snapshot":
					if hidden != nil {
						delete(w.bucket, name)
					}
				case "answer of read snapshot":
					if hidden != nil {
						w.bucket[name], hidden = hidden, nil
					}
				}
				return nil
			}
		})
		r = w.run(t, nil)
		until(t, "the others are stored", func() bool { return len(w.noted()) == 9 })
		r.stop()
	})
}

// After damage there are two good ones again, as soon as a new one is written, wherever it lies.
func TestADamagedSnapshotIsNotOneOfTheTwo(t *testing.T) {
	for next, want := range map[int64][]string{4: {"notes/0/00000000000000000004", "notes/0/00000000000000000003"},
		5: {"notes/0/00000000000000000005", "notes/0/00000000000000000003"}, 9: {"notes/0/00000000000000000009", "notes/0/00000000000000000003"}} {
		s, ctx := openStore(t, "mem://"), t.Context()
		for _, n := range []int64{3, 5, next} {
			if n == next {
				s.Distrust("notes/0/00000000000000000005")
			}
			if err := s.Write(ctx, "notes", 0, 1, n, nil); err != nil {
				t.Fatal(err)
			}
		}
		names, err := s.List(ctx, "notes", 0)
		if diff := cmp.Diff(want, names); diff != "" || err != nil {
			t.Errorf("-want +kept: %v\n%s", err, diff)
		}
	}
}

// A store that hangs costs snapshots, and neither rows nor the stop.
func TestAStoreThatHangsHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.fail = func(call string) error {
			if call == "write snapshot" {
				return errDown
			}
			if call == "create snapshot" { // under the world's lock: let others go on meanwhile
				w.mu.Unlock()
				<-time.After(2 * time.Minute)
				w.mu.Lock()
			}
			return nil
		}
		r := w.run(t, func(o *Options) { o.SnapshotEvery = time.Second })
		for i := range 30 {
			w.add(schemas.TopicActions, 0, values(0, i, i+1)...)
			pass(2 * time.Second)
			if n := len(w.noted()); n != i+1 {
				t.Fatalf("%d rows, want %d: the partition waits for the store", n, i+1)
			}
		}
		r.stop()
	})
}

func TestASnapshotOnDiskAppearsWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(dir), RawQuery: "create_dir=true&no_tmp_dir=true&metadata=skip"}
	s := openStore(t, u.String())
	for next := range int64(5) {
		if err := s.Write(t.Context(), "members", 0, 1, next, bytes.Repeat([]byte("x"), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(ctx, "members", 0, 1, 99, []byte("x")); err == nil {
		t.Error("a write whose context has ended succeeded")
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"members/0/00000000000000000003", "members/0/00000000000000000004"}, files); diff != "" {
		t.Errorf("-want +on disk:\n%s", diff)
	}
}
