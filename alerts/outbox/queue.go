package outbox

import (
	"slices"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Sizes of a receiver's queue.
const (
	mostWaiting = 1000  // changes of alerts; then the log is not read on
	mostKnown   = 20000 // alerts whose last sequence is remembered, to drop repeats
)

// queue is what waits for one receiver. One goroutine owns it; time is handed in.
//
// Invariants: an alert waits at most once, with its changes in order; where something holds them up, with one or two: the
// first that the receiver is to hear of, if it has heard of none, and the newest. told holds the alerts that the receiver was
// sent and that are not over for it.
type queue struct {
	r     *Receiver
	place func(community string) Place

	waiting []*waiting // in order of arrival
	told    map[string]bool
	known   map[string]uint32 // the last sequence seen
	order   []string          // of known, the oldest first
	held    bool              // nothing can be sent: the receiver is down, or has had its share
	next    int64             // the offset behind the last record taken
	tooOld  uint64            // changes that were passed over by Receiver.MaxAge; whoever reads it sets it to 0
}

// waiting is one alert.
type waiting struct {
	key     string
	changes []change
	since   time.Time // when the first of them began to wait
	first   time.Time // when it was first tried; zero: it was not
	after   time.Time // not to be tried before
	tries   int
	alone   bool // not in one message with others: one of them cannot be sent
}

type change struct {
	offset   int64
	alert    *actionpb.Alert
	appended int64 // Unix milliseconds
}

func newQueue(r *Receiver, place func(string) Place, next int64) *queue {
	return &queue{r: r, place: place, told: map[string]bool{}, known: map[string]uint32{}, next: next}
}

func keyOf(a *actionpb.Alert) string { return a.GetCommunity() + "\x00" + a.GetAlertId() }

func resolved(a *actionpb.Alert) bool { return a.GetState() == "resolved" }

func weekly(a *actionpb.Alert) bool { return a.GetKind() == alerts.WeeklyReport }

// over: nothing more will be told of it.
func over(a *actionpb.Alert) bool { return resolved(a) || weekly(a) }

// silenced: a person wants no message of this change.
func silenced(a *actionpb.Alert) bool { return a.GetSilencedUntil() > a.GetUpdated() }

// concerns reports whether a change of an alert that the receiver has not been told of is for it.
func (q *queue) concerns(c change) bool {
	return q.r.wants(c.alert) && !silenced(c.alert) && !q.r.old(c.alert, c.appended)
}

// fresh notes a change and reports whether it is none that came before.
func (q *queue) fresh(c change) bool {
	a, key := c.alert, keyOf(c.alert)
	last, known := q.known[key]
	if known && a.GetSequence() <= last {
		return false
	}
	if !known {
		if q.order = append(q.order, key); len(q.order) > mostKnown {
			delete(q.known, q.order[0])
			q.order = q.order[1:]
		}
		if a.GetSequence() > 1 { // it began before what is remembered, so all of that is settled
			q.told[key] = q.concerns(c)
		}
	}
	q.known[key] = a.GetSequence()
	return true
}

// recall takes a record that was settled before this process began.
func (q *queue) recall(c change) {
	q.next = c.offset + 1
	if !q.fresh(c) {
		return
	}
	switch key := keyOf(c.alert); {
	case over(c.alert):
		delete(q.told, key)
	case q.concerns(c):
		q.told[key] = true
	}
}

// take takes the next record of the log.
func (q *queue) take(c change, now time.Time) {
	q.next = c.offset + 1
	if !q.fresh(c) {
		return
	}
	a, key := c.alert, keyOf(c.alert)
	i := slices.IndexFunc(q.waiting, func(w *waiting) bool { return w.key == key })
	told := q.told[key]
	switch {
	case silenced(a) && !(told && resolved(a) && q.r.Ends), i >= 0 && !told && resolved(a) && q.overBeforeItIsTold(q.waiting[i], now):
		q.drop(i)
	case i >= 0:
		w := q.waiting[i]
		w.changes = append(w.changes, c)
		if q.holds(w, now) {
			w.collapse(told)
		}
		return
	case !told && q.r.wants(a) && q.r.old(a, c.appended):
		q.tooOld++
	case told && resolved(a), (told || !resolved(a)) && q.r.wants(a):
		q.waiting = append(q.waiting, &waiting{key: key, changes: []change{c}, since: now})
		return
	}
	if resolved(a) {
		delete(q.told, key)
	}
}

// overBeforeItIsTold: what opens and resolves within quiet hours is nobody's concern.
func (q *queue) overBeforeItIsTold(w *waiting, now time.Time) bool {
	return w.first.IsZero() && q.r.quietUntil(q.place(w.changes[0].alert.GetCommunity()), now).After(now)
}

func (q *queue) drop(i int) {
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
}

// begin ends the past of a receiver that is new: of all that it has never heard, what is over is left out, and what is
// open begins as it is now.
func (q *queue) begin() {
	q.waiting = slices.DeleteFunc(q.waiting, func(w *waiting) bool {
		w.changes = w.changes[len(w.changes)-1:]
		return resolved(w.changes[0].alert)
	})
}

func (q *queue) full() bool {
	n := 0
	for _, w := range q.waiting {
		n += len(w.changes)
	}
	return n >= mostWaiting
}

// settled is the offset before which everything is: what is to be committed.
func (q *queue) settled() int64 {
	least := q.next
	for _, w := range q.waiting {
		least = min(least, w.changes[0].offset)
	}
	return least
}

// quiet returns when a community's alerts may be sent; asked for many alerts, it looks once for each community.
func (q *queue) quiet(now time.Time) func(community string) time.Time {
	until := map[string]time.Time{}
	return func(community string) time.Time {
		at, ok := until[community]
		if !ok {
			at = q.r.quietUntil(q.place(community), now)
			until[community] = at
		}
		return at
	}
}

// due is when an alert may be sent.
func (q *queue) due(w *waiting, quiet func(string) time.Time) time.Time {
	due := w.since.Add(q.r.Wait)
	if w.after.After(due) {
		due = w.after
	}
	if until := quiet(w.changes[0].alert.GetCommunity()); until.After(due) {
		due = until
	}
	return due
}

// wake is when the next alert may be sent; zero where none waits.
func (q *queue) wake(now time.Time) (at time.Time) {
	quiet := q.quiet(now)
	for _, w := range q.waiting {
		if due := q.due(w, quiet); at.IsZero() || due.Before(at) {
			at = due
		}
	}
	return at
}

// pick returns what makes up the next message: what was tried least often and waits longest, and with it others of its
// community. Nothing where nothing is due.
func (q *queue) pick(now time.Time) []*waiting {
	quiet := q.quiet(now)
	var ready []*waiting
	for _, w := range q.waiting {
		if !q.due(w, quiet).After(now) {
			ready = append(ready, w)
		}
	}
	if len(ready) == 0 {
		return nil
	}
	head := slices.MinFunc(ready, func(a, b *waiting) int { return a.tries - b.tries })
	out := []*waiting{head}
	for _, w := range ready {
		if len(out) < q.r.Most && w != head && !w.alone && !head.alone &&
			w.changes[0].alert.GetCommunity() == head.changes[0].alert.GetCommunity() {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b *waiting) int { return int(a.changes[0].offset - b.changes[0].offset) })
	return out
}

// message is what is sent of them.
func (q *queue) message(batch []*waiting, link func(*actionpb.Alert) string) alerts.Message {
	m := alerts.Message{Language: q.r.Language, Link: link, Zone: q.r.zone(q.place(batch[0].changes[0].alert.GetCommunity()))}
	for _, w := range batch {
		m.Alerts = append(m.Alerts, w.changes[0].alert)
	}
	return m
}

// sent settles the changes of a message; what remains of an alert begins to wait.
func (q *queue) sent(batch []*waiting, now time.Time) {
	q.held = false
	for _, w := range batch {
		if q.told[w.key] = true; over(w.changes[0].alert) {
			delete(q.told, w.key)
		}
		q.advance(w, now)
	}
}

func (q *queue) advance(w *waiting, now time.Time) {
	*w = waiting{key: w.key, changes: w.changes[1:], since: now}
	if len(w.changes) == 0 {
		q.drop(slices.Index(q.waiting, w))
	}
}

// failed notes a failure of a message, and returns the changes that are given up by it.
func (q *queue) failed(batch []*waiting, permanent bool, pause time.Duration, now time.Time) (lost []change) {
	for _, w := range batch {
		w.tries++
		if w.first.IsZero() {
			w.first = now
		}
		if permanent {
			w.alone = true
			if len(batch) == 1 { // else it may be another's fault
				w.after = now.Add(pause)
			}
		}
		if q.r.GiveUp > 0 && now.Sub(w.first) >= q.r.GiveUp {
			lost = append(lost, w.changes[0])
			if resolved(w.changes[0].alert) {
				delete(q.told, w.key)
			}
			q.advance(w, now)
			continue
		}
		w.collapse(q.told[w.key])
	}
	if !permanent {
		q.hold()
	}
	return lost
}
