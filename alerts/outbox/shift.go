package outbox

import (
	"context"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas"
)

// shift is the time for which a process sends to a receiver. Its goroutine owns the queue.
type shift struct {
	*sender
	queue  *queue
	commit func(int64) error
	told   int64     // committed
	again  time.Time // not to be committed before
	rest   time.Time // nothing is sent before: the receiver is down, or has had its share
}

// work ends with ctx, or with batches.
func (s *shift) work(ctx context.Context, batches <-chan []schemas.Logged) {
	defer s.tell(time.Time{})
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		in := batches
		if s.queue.full() {
			in = nil // the log keeps the rest
		}
		select { // what is there comes first: what is held up collapses
		case batch, ok := <-in:
			if !ok {
				return
			}
			s.takeAll(batch)
			continue
		default:
		}
		s.report()
		timer.Reset(time.Until(s.wake()))
		select {
		case <-ctx.Done():
			return
		case batch, ok := <-in:
			if !ok {
				return
			}
			s.takeAll(batch)
		case <-timer.C:
			s.deliver(ctx)
			s.tell(time.Now())
		}
	}
}

func (s *shift) takeAll(batch []schemas.Logged) {
	now := time.Now()
	for _, rec := range batch {
		s.take(s.queue, rec, now)
	}
}

// wake is when there is something to do.
func (s *shift) wake() time.Time {
	now := time.Now()
	at := now.Add(time.Hour)
	if due := s.queue.wake(now); !due.IsZero() {
		if due.Before(s.rest) {
			due = s.rest
		}
		at = due
	}
	if s.queue.settled() != s.told && s.again.Before(at) {
		at = s.again
	}
	return at
}

// tell commits what is settled, unless that is too soon after the last time.
func (s *shift) tell(now time.Time) {
	settled := s.queue.settled()
	if settled == s.told || !now.IsZero() && now.Before(s.again) {
		return
	}
	s.again = now.Add(commitEvery)
	if s.commit(settled) == nil {
		s.told = settled
	}
}

// deliver sends one message, if one is due.
func (s *shift) deliver(ctx context.Context) {
	now := time.Now()
	if now.Before(s.rest) {
		return
	}
	batch := s.queue.pick(now)
	if len(batch) == 0 {
		return
	}
	share := s.limit.ReserveN(now, 1)
	if wait := share.DelayFrom(now); wait > 0 {
		share.CancelAt(now)
		s.queue.hold()
		s.rest = now.Add(wait)
		return
	}
	err := s.send(ctx, s.queue.message(batch, s.o.Link))
	now = time.Now()
	if err == nil {
		s.pause.Reset()
		s.queue.sent(batch, now)
		s.again = time.Time{} // a message that is repeated is worse than a commit
		s.outcome(nil, 0, now)
		return
	}
	if ctx.Err() != nil { // not the receiver's fault
		return
	}
	s.after(batch, err, now)
}

// after a failure: of a receiver that is down, all messages wait; of one that refuses a message, that one does.
func (s *shift) after(batch []*waiting, err error, now time.Time) {
	pause := max(s.pause.NextBackOff(), min(alerts.RetryAfter(err), mostAsked))
	permanent := alerts.Permanent(err)
	if permanent {
		s.pause.Reset()
		pause = longPause
	} else {
		s.rest = now.Add(pause)
	}
	a := batch[0].changes[0].alert
	s.o.Logger.Warn("a receiver of alerts did not take a message", "receiver", s.r.Name, "community", a.GetCommunity(), "alert", a.GetAlertId(),
		"tries", batch[0].tries+1, "again_in", pause.Round(time.Millisecond), "error", err)
	lost := s.queue.failed(batch, permanent, pause, now)
	s.outcome(err, len(lost), now)
	for _, c := range lost {
		s.o.Logger.Error("an alert was given up: its receiver has not taken it for too long", "receiver", s.r.Name, "community", c.alert.GetCommunity(),
			"alert", c.alert.GetAlertId(), "sequence", c.alert.GetSequence(), "after", s.r.GiveUp)
	}
}

// holds reports whether an alert waits for more than its turn. What only waits for its turn arrives change by change.
func (q *queue) holds(w *waiting, now time.Time) bool {
	return q.held || q.r.Wait > 0 || w.tries > 0 || q.r.quietUntil(q.place(w.changes[0].alert.GetCommunity()), now).After(now)
}

// hold notes that nothing can be sent.
func (q *queue) hold() {
	q.held = true
	for _, w := range q.waiting {
		w.collapse(q.told[w.key])
	}
}

// collapse leaves the newest change, and the first where the receiver has heard of none.
func (w *waiting) collapse(told bool) {
	keep := 1
	if told {
		keep = 0
	}
	if n := len(w.changes); n > keep+1 {
		w.changes = append(w.changes[:keep], w.changes[n-1])
	}
}
