package processors

import (
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Fold is one partition's state machine. One goroutine owns it.
type Fold interface {
	// Apply folds the record at offset. What it keeps of the value it copies: the memory is another record's later.
	Apply(offset int64, value []byte)
	// Prefetch is told which records Apply gets next, so that what they touch can be read from memory side by side rather
	// than one after the other. It changes nothing, and Apply does not depend on it. The values stay as they are until all of
	// next were applied, or Prefetch is called again.
	Prefetch(next []schemas.Logged)
	// Park keeps the record at offset as rejected instead, because Apply panicked on it; why is for a person. It may not
	// panic.
	Park(offset int64, value []byte, why string)
	// Waiting returns about how many rows wait for a Flush, Uncut whether signals wait for a tick of the log, and Busy whether
	// something is under way that further Flushes go on with, though no record comes.
	Waiting() int
	Uncut() bool
	Busy() bool
	// Flush returns what has come out since the last Delivered. It is valid until then.
	Flush() *Outputs
	// Delivered forgets what the last Flush returned. Apply may not be called between the two.
	Delivered()
	// Save writes the state after a Delivered; Load replaces the state by a saved one.
	Save(w *state.Writer)
	Load(r *state.Reader) error
}

// Outputs is what leaves a fold. Rows are absolute and may be written twice; Signals must be appended in order and
// before the offsets that made them are given up.
type Outputs struct {
	Rows     []schemas.Rows
	Moves    []schemas.Move   // done before the rows are written; may be done twice
	Signals  []schemas.Record // for rollcall.signals
	Rejected []schemas.Record // for rollcall.rejected
	Alerts   []schemas.Record // for rollcall.alerts, once the rows that they speak of are written
	Hellos   []string         // communities seen here for the first time: every partition of rollcall.actions is to know them
	Stats    Stats
	// RowsFirst: the signals say that all rows are written, so they are appended after them. Else they go first, which is
	// faster for who waits for a community's numbers.
	RowsFirst bool
}

// Stats are counts since the last Flush, for metrics only: a replay counts again.
type Stats struct {
	Actions, Repeats, Late, Rejected int64
}

// Empty reports whether there is nothing to deliver.
func (o *Outputs) Empty() bool {
	for _, r := range o.Rows {
		if r.Len() > 0 {
			return false
		}
	}
	return len(o.Signals)+len(o.Rejected)+len(o.Alerts)+len(o.Hellos)+len(o.Moves) == 0
}

// RowCount returns how many rows there are to deliver.
func (o *Outputs) RowCount() int {
	n := 0
	for _, r := range o.Rows {
		n += r.Len()
	}
	return n
}

// reset empties o and keeps the memory.
func (o *Outputs) reset() {
	for _, r := range o.Rows {
		r.Reset()
	}
	clear(o.Signals)
	clear(o.Rejected)
	clear(o.Alerts)
	o.Signals, o.Rejected, o.Alerts, o.Hellos, o.Moves = o.Signals[:0], o.Rejected[:0], o.Alerts[:0], o.Hellos[:0], o.Moves[:0]
	o.Stats, o.RowsFirst = Stats{}, false
}
