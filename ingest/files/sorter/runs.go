package sorter

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// runs is one temporary file of sorted runs, each a section of it: one open file however many runs there are.
type runs struct {
	file    *os.File
	removed bool
	ends    []int64
	out     *bufio.Writer
	size    int64
}

func newRuns(dir string) (*runs, error) {
	f, err := os.CreateTemp(dir, "rollcall-sort-*")
	if err != nil {
		return nil, fmt.Errorf("making the sort's temporary file: %w", err)
	}
	// Without a name the file is gone with the process, also when that is killed. Windows does not allow it; there
	// close removes it.
	removed := os.Remove(f.Name()) == nil
	return &runs{file: f, removed: removed, out: bufio.NewWriterSize(f, 256<<10)}, nil
}

// write appends the sorter's entries, in order: time, length and record of each.
func (r *runs) write(s *Sorter) error {
	var rec Record
	var head [2 * binary.MaxVarintLen64]byte
	for _, e := range s.entries {
		b := s.decode(e, &rec)
		h := binary.PutUvarint(head[:], uint64(e.time))
		h += binary.PutUvarint(head[h:], uint64(len(b)))
		_, _ = r.out.Write(head[:h])
		_, _ = r.out.Write(b) // an error sticks to the writer and is met by Flush
		r.size += int64(h + len(b))
	}
	r.ends = append(r.ends, r.size)
	if err := r.out.Flush(); err != nil {
		return r.explain(err)
	}
	return nil
}

func (r *runs) explain(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("sorting: no space left for the temporary file %s, which holds %d MB so far and takes about as much "+
			"as the files unpacked: free some there, or set TMPDIR to a folder on a larger disk, and run the same command again: %w",
			r.file.Name(), r.size>>20, err)
	}
	return fmt.Errorf("writing the sort's temporary file: %w", err)
}

// cursor reads one run.
type cursor struct {
	in   *bufio.Reader
	buf  []byte
	head Record
}

// next reads the next record into head. It returns io.EOF at the run's end.
func (c *cursor) next(sources [][]byte) error {
	time, err := binary.ReadUvarint(c.in)
	if err != nil {
		return err
	}
	n, err := binary.ReadUvarint(c.in)
	if err != nil {
		return err
	}
	if uint64(cap(c.buf)) < n {
		c.buf = make([]byte, n+n/2)
	}
	c.buf = c.buf[:n]
	if _, err := io.ReadFull(c.in, c.buf); err != nil {
		return err
	}
	decode(c.buf, int64(time), sources, &c.head)
	return nil
}

// merge calls f with the records of all runs in order.
func (r *runs) merge(ctx context.Context, memory int64, sources [][]byte, f func(*Record) error) error {
	size := int(min(1<<20, max(4<<10, memory/int64(len(r.ends)))))
	heap := make([]*cursor, 0, len(r.ends))
	from := int64(0)
	for _, end := range r.ends {
		c := &cursor{in: bufio.NewReaderSize(io.NewSectionReader(r.file, from, end-from), size)}
		from = end
		if err := c.next(sources); errors.Is(err, io.EOF) {
			continue
		} else if err != nil {
			return fmt.Errorf("reading the sort's temporary file: %w", err)
		}
		heap = append(heap, c)
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	for n := 0; len(heap) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c := heap[0]
		if err := f(&c.head); err != nil {
			return err
		}
		if err := c.next(sources); errors.Is(err, io.EOF) {
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
		} else if err != nil {
			return fmt.Errorf("reading the sort's temporary file: %w", err)
		}
		sink(heap, 0)
	}
	return nil
}

// sink restores the heap below i.
func sink(heap []*cursor, i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(heap); c++ {
			if compare(&heap[c].head, &heap[least].head) < 0 {
				least = c
			}
		}
		if least == i {
			return
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

func (r *runs) close() error {
	err := r.file.Close()
	if !r.removed {
		err = errors.Join(err, os.Remove(r.file.Name()))
	}
	return err
}
