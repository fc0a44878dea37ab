package stream

import (
	"slices"
	"sync"
	"time"
)

// backlog remembers since when the log has been how long, so that the oldest record that waits has an age. A record's own
// time is no help: an imported action happened years ago.
type backlog struct {
	mu    sync.Mutex
	marks []mark // rising, of records that wait, at about equal distances of time
	every time.Duration
	last  mark // the newest sight of something new
}

// mark says that at this time the log was seen to end at an offset.
type mark struct {
	end int64
	at  time.Time
}

const keepMarks = 64

// saw notes where the log ends. When there are too many marks, every second one goes and the next ones come half as often.
func (b *backlog) saw(end, delivered int64, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.marks = slices.DeleteFunc(b.marks, func(m mark) bool { return m.end <= delivered })
	if end <= b.last.end {
		return
	}
	b.last = mark{end, now}
	n := len(b.marks)
	if n == 0 {
		b.every = 0
	} else if now.Sub(b.marks[n-1].at) < b.every {
		return
	}
	if n == keepMarks {
		for i := range n / 2 {
			b.marks[i] = b.marks[2*i]
		}
		b.marks = b.marks[:n/2]
		b.every = now.Sub(b.marks[0].at) / (keepMarks / 2)
	}
	b.marks = append(b.marks, b.last)
}

// age returns for how long the record at offset next has been known to wait; 0 if there is none.
func (b *backlog) age(next int64, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range append(b.marks[:len(b.marks):len(b.marks)], b.last) {
		if m.end > next {
			return now.Sub(m.at)
		}
	}
	return 0
}

// mostPatience is how many times as long, and as large, a flush becomes while the log is far ahead: pages are old then
// anyway, and fewer and larger inserts, in which more rows of one member are one, cost ClickHouse less.
const mostPatience = 4

// flushDue reports whether what waits has waited long enough or is large enough.
func (w *worker) flushDue(now time.Time) bool {
	patience := 1
	if w.behind() {
		patience = w.patience
	}
	return now.Sub(w.waiting) >= time.Duration(patience)*w.e.o.FlushEvery || w.fold.Waiting() >= patience*w.e.o.FlushRows
}

// behind reports whether the log holds at least another flush.
func (w *worker) behind() bool { return w.highWater.Load()-w.next >= int64(w.e.o.FlushRows) }

// lengthen gives the next flush more time if there is much to come. The first ones after a start are soon, for somebody
// may wait for any sign of life.
func (w *worker) lengthen() {
	w.patience = min(2*w.patience, mostPatience)
	if !w.behind() {
		w.patience = 1
	}
}
