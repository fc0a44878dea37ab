package outbox

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestSeveralAlertsOfACommunityAreOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in, Wait: 5 * time.Second, Most: 3})
		defer stop()
		other := alert("x", 1, "open")
		other.Community = "elsewhere"
		log.append(alert("a", 1, "open"), other, alert("b", 1, "open"))
		pass(2 * time.Second)
		log.append(alert("c", 1, "open"), alert("d", 1, "open"), alert("a", 2, "open"))
		pass(2 * time.Second)
		expect(t, "too soon", in)
		pass(10 * time.Second)
		expect(t, "grouped", in, "a.1 b.1", "x.1", "c.1 d.1", "a.2")
	})
}

func TestAReceiverHasItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in, PerMinute: 4})
		defer stop()
		for n := range 6 {
			log.append(alert(fmt.Sprint("a", n), 1, "open"))
		}
		pass(50 * time.Second)
		expect(t, "within 50 s", in, "a0.1", "a1.1", "a2.1", "a3.1")
		pass(30 * time.Second)
		expect(t, "after", in, numbered("a%d.1", 6)...)
	})
}

// What was long before when it was raised is nobody's news, also for the next process; what a receiver has been told of,
// it hears to the end.
func TestHistoryIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in, all := newMemory(), &inbox{}, &inbox{}
		r := Receiver{Name: "r", Channel: in, MaxAge: 24 * time.Hour}
		o, stop := begin(t, log, r, Receiver{Name: "all", Channel: all})
		at := func(a *actionpb.Alert, age time.Duration) *actionpb.Alert {
			a.Updated = time.Now().Add(-age).UnixMilli()
			return a
		}
		const day = 24 * time.Hour
		log.append(at(alert("past", 1, "open"), 90*day), at(alert("past", 2, "resolved"), 80*day), at(alert("still", 1, "open"), 2*day),
			at(alert("new", 1, "open"), day), at(alert("over", 1, "open"), day+1e6))
		pass(time.Minute)
		expect(t, "new", in, "new.1")
		expect(t, "all", all, "past.1", "past.2", "still.1", "new.1", "over.1")
		if s := o.States(); s[0].TooOld != 4 || s[0].Lag != 0 || s[1].TooOld != 0 {
			t.Errorf("%+v", s)
		}
		stop()
		log.append(at(alert("over", 2, "resolved"), 0), at(alert("still", 2, "open"), 0), at(alert("new", 2, "resolved"), 2*day))
		_, stop = begin(t, log, r)
		defer stop()
		pass(time.Minute)
		expect(t, "then", in, "new.1", "still.2", "new.2")
	})
}

// One message that a receiver refuses does not hold up the others, and is given up at last.
func TestARefusedMessageHoldsUpNobody(t *testing.T) {
	for _, permanent := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			log, in := newMemory(), &inbox{}
			poison := &refusing{inbox: in, id: "a.1", err: errDown}
			if permanent {
				poison.err = alerts.Mistake(errDown)
			}
			o, stop := begin(t, log, Receiver{Name: "r", Channel: poison, GiveUp: 24 * time.Hour})
			defer stop()
			log.append(alert("a", 1, "open"), alert("b", 1, "open"), alert("c", 1, "open"))
			pass(time.Hour)
			expect(t, "the others", in, "b.1", "c.1")
			if s := o.States()[0]; s.Failed != 0 || s.Lag != 3 || s.Waiting != 1 {
				t.Errorf("permanent %t: %+v", permanent, s)
			}
			log.append(alert("a", 2, "open"))
			pass(25 * time.Hour)
			expect(t, "after it was given up", in, "b.1", "c.1", "a.2")
			if s := o.States()[0]; s.Failed != 1 || s.Lag != 0 || s.Waiting != 0 {
				t.Errorf("permanent %t, given up: %+v", permanent, s)
			}
		})
	}
}

// A message of several of which one is refused is taken apart.
func TestARefusedMessageIsTakenApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: &refusing{inbox: in, id: "b.1", err: alerts.Mistake(errDown)}, Wait: time.Second, Most: 10})
		defer stop()
		log.append(alert("a", 1, "open"), alert("b", 1, "open"), alert("c", 1, "open"))
		pass(time.Minute)
		expect(t, "apart", in, "a.1", "c.1")
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		in.fails = func(n int) error {
			switch n {
			case 0:
				return alerts.Busy(errDown, 10*time.Minute)
			case 2: // a clock that is wrong
				return alerts.Busy(errDown, 3*365*24*time.Hour)
			}
			return nil
		}
		began := time.Now()
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		defer stop()
		log.append(alert("a", 1, "open"))
		pass(time.Hour)
		if len(in.at) != 1 || in.at[0].Sub(began) < 10*time.Minute || in.at[0].Sub(began) > 11*time.Minute {
			t.Errorf("sent at %v, began %v", in.at, began)
		}
		began = time.Now()
		log.append(alert("b", 1, "open"))
		pass(2 * time.Hour)
		if len(in.at) != 2 || in.at[1].Sub(began) < time.Hour || in.at[1].Sub(began) > time.Hour+time.Minute {
			t.Errorf("sent at %v, began %v", in.at, began)
		}
	})
}

// A receiver that takes messages at once is sent each change, also of a history that is imported in a moment. What a failure,
// or its share of messages, has held up collapses.
func TestEachChangeIsSentUnlessHeldUp(t *testing.T) {
	for _, c := range []struct {
		name string
		stop func(q *queue, now time.Time)
		want []uint32
	}{
		{"at once", func(*queue, time.Time) {}, []uint32{1, 2, 3, 4, 5}},
		{"down", func(q *queue, now time.Time) { q.failed(q.pick(now), false, 0, now) }, []uint32{1, 5}},
		{"refused", func(q *queue, now time.Time) { q.failed(q.pick(now), true, 0, now) }, []uint32{1, 5}},
		{"had its share", func(q *queue, _ time.Time) { q.hold() }, []uint32{1, 5}},
		{"told, then down", func(q *queue, now time.Time) {
			q.sent(q.pick(now), now)
			q.failed(q.pick(now), false, 0, now)
		}, []uint32{5}},
	} {
		q := newQueue(&Receiver{Name: "r", Most: 1}, func(string) Place { return Place{} }, 0)
		now := time.Unix(0, 0)
		for i := range 5 {
			if i == 3 {
				c.stop(q, now)
			}
			q.take(change{offset: int64(i), alert: alert("a", uint32(i+1), []string{"open", "resolved"}[i/4])}, now)
		}
		var got []uint32
		for batch := q.pick(now); batch != nil; batch = q.pick(now) {
			got = append(got, batch[0].changes[0].alert.Sequence)
			q.sent(batch, now)
		}
		if !slices.Equal(got, c.want) || q.settled() != 5 {
			t.Errorf("%s: sent %v and settled %d, want %v and 5", c.name, got, q.settled(), c.want)
		}
	}
}
