package sorter

import (
	"context"
	"fmt"
	"slices"

	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	block     = 1 << 20 // of the arena
	entrySize = 16
)

// entry is one record in memory: 16 bytes without pointers, so that the garbage collector never looks at them.
type entry struct {
	time int64
	at   uint64 // block<<32 | place in it
}

// Sorter is a growing set of actions. It is not for concurrent use.
type Sorter struct {
	dir    string
	memory int64

	sources [][]byte
	entries []entry
	blocks  [][]byte
	free    [][]byte // blocks of the runs before
	used    int64
	scratch []byte

	runs *runs // nil until memory was not enough
}

// New returns a sorter that holds about memory bytes and keeps the rest in a file in dir ("" is the system's).
func New(dir string, memory int64) *Sorter { return &Sorter{dir: dir, memory: memory} }

// Add copies a, which was checked. Its Source is one of few.
func (s *Sorter) Add(a *schemas.Action) error {
	s.scratch = encode(s.scratch[:0], a, s.source(a.Source))
	n := len(s.blocks)
	if n == 0 || cap(s.blocks[n-1])-len(s.blocks[n-1]) < len(s.scratch) {
		if s.used+int64(block+entrySize*cap(s.entries)) > s.memory && len(s.entries) > 0 {
			if err := s.spill(); err != nil {
				return err
			}
		}
		s.grow(len(s.scratch))
		n = len(s.blocks)
	}
	b := &s.blocks[n-1]
	if len(s.entries) == cap(s.entries) {
		// Doubling leaves as much garbage as there are entries; append's quarter steps leave five times that.
		s.entries = slices.Grow(s.entries, max(1024, len(s.entries)))
	}
	s.entries = append(s.entries, entry{a.Time, uint64(n-1)<<32 | uint64(len(*b))})
	*b = append(*b, s.scratch...)
	return nil
}

func (s *Sorter) source(name []byte) int {
	// Files come one after the other, so it is nearly always the last.
	for i := len(s.sources) - 1; i >= 0; i-- {
		if string(s.sources[i]) == string(name) {
			return i
		}
	}
	s.sources = append(s.sources, slices.Clone(name))
	return len(s.sources) - 1
}

func (s *Sorter) grow(need int) {
	// A small memory, as tests set it, wants small blocks.
	size := max(need, min(block, int(s.memory/8)))
	if n := len(s.free); n > 0 && cap(s.free[n-1]) >= size {
		s.blocks = append(s.blocks, s.free[n-1][:0])
		s.free = s.free[:n-1]
	} else {
		s.blocks = append(s.blocks, make([]byte, 0, size))
	}
	s.used += int64(cap(s.blocks[len(s.blocks)-1]))
}

// sort orders what is in memory.
func (s *Sorter) sort() {
	var a, b Record
	slices.SortFunc(s.entries, func(x, y entry) int {
		switch {
		case x.time < y.time:
			return -1
		case x.time > y.time:
			return 1
		case x.at == y.at:
			return 0
		}
		s.decode(x, &a)
		s.decode(y, &b)
		return compare(&a, &b)
	})
}

// decode reads e's record and returns its bytes.
func (s *Sorter) decode(e entry, r *Record) []byte {
	b := s.blocks[e.at>>32][uint32(e.at):]
	return b[:decode(b, e.time, s.sources, r)]
}

// spill writes what is in memory as a sorted run and forgets it.
func (s *Sorter) spill() error {
	s.sort()
	if s.runs == nil {
		r, err := newRuns(s.dir)
		if err != nil {
			return err
		}
		s.runs = r
	}
	if err := s.runs.write(s); err != nil {
		return err
	}
	s.free = append(s.free, s.blocks...)
	s.blocks, s.entries, s.used = s.blocks[:0], s.entries[:0], 0
	return nil
}

// Each calls f with every record in order and stops at its first error. It is called once, after the last Add.
func (s *Sorter) Each(ctx context.Context, f func(*Record) error) error {
	if s.runs == nil {
		s.sort()
		var r Record
		for i, e := range s.entries {
			if i%1024 == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			s.decode(e, &r)
			if err := f(&r); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.blocks, s.free, s.entries = nil, nil, nil
	return s.runs.merge(ctx, s.memory, s.sources, f)
}

// Close removes the temporary file. It is idempotent.
func (s *Sorter) Close() error {
	if s.runs == nil {
		return nil
	}
	r := s.runs
	s.runs = nil
	if err := r.close(); err != nil {
		return fmt.Errorf("removing the sort's temporary file: %w", err)
	}
	return nil
}
