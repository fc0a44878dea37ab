package outbox

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
)

var errDown = errors.New("down")

// A receiver that is dead lags, and nobody else does; once it is back it hears of each alert from its beginning, and only
// of the newest.
func TestADeadReceiverBlocksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, live, dead := newMemory(), &inbox{}, &inbox{}
		dead.fail(func(int) error { return errDown })
		o, stop := begin(t, log, Receiver{Name: "live", Channel: live}, Receiver{Name: "dead", Channel: dead})
		defer stop()
		for n := range uint32(5) {
			log.append(alert("a", n+1, "open"))
			pass(time.Minute)
		}
		log.append(alert("a", 6, "resolved"), alert("b", 1, "open"))
		pass(time.Minute)
		expect(t, "live", live, "a.1", "a.2", "a.3", "a.4", "a.5", "a.6", "b.1")
		expect(t, "dead", dead)
		if n := dead.tried(); n < 6 || n > 30 {
			t.Errorf("%d tries in six minutes: the pauses grow from a second to five minutes", n)
		}
		states := o.States()
		if s := states[0]; s.Lag != 0 || s.Waiting != 0 || s.Sent != 7 || s.LastError != "" {
			t.Errorf("live: %+v", s)
		}
		if s := states[1]; s.Lag != 7 || s.Waiting != 2 || s.Retried == 0 || s.LastError != "down" || s.Oldest < 300 {
			t.Errorf("dead: %+v", s)
		}
		dead.fail(nil)
		pass(10 * time.Minute)
		if got := dead.all(); len(got) != 3 || !slices.Contains(got, "b.1") || slices.Index(got, "a.1") > slices.Index(got, "a.6") || !slices.Contains(got, "a.1") {
			t.Errorf("revived: %q", got)
		}
		if s := o.States()[1]; s.Lag != 0 || s.LastError != "" {
			t.Errorf("revived: %+v", s)
		}
	})
}

// A process is killed after a delivery and before the commit: the next one sends the same again, under the same ids, and
// all that came meanwhile.
func TestKilledBetweenDeliveryAndCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		log.append(alert("a", 1, "open"))
		pass(time.Minute)
		log.refuseCommits(true) // as if killed before any
		log.append(alert("a", 2, "open"), alert("b", 1, "open"))
		pass(time.Minute)
		stop()
		log.refuseCommits(false)
		log.append(alert("b", 2, "resolved"))
		_, stop = begin(t, log, Receiver{Name: "r", Channel: in})
		pass(time.Minute)
		stop()
		expect(t, "twice", in, "a.1", "a.2", "b.1", "a.2", "b.1", "b.2")
		if log.at("r") != 4 {
			t.Errorf("committed %d", log.at("r"))
		}
	})
}

// What waits when a process stops is sent by the next, and nothing that was sent.
func TestStoppedAndStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		r := Receiver{Name: "r", Channel: in, Wait: time.Minute}
		log.append(alert("old", 1, "open"), alert("old", 2, "resolved"), alert("still", 1, "open"), alert("still", 2, "open"))
		_, stop := begin(t, log, r)
		pass(2 * time.Minute)
		expect(t, "a new receiver hears of what is open", in, "still.2")
		log.append(alert("a", 1, "open"))
		pass(time.Second)
		stop()
		_, stop = begin(t, log, r)
		pass(2 * time.Minute)
		stop()
		log.append(alert("still", 3, "resolved"), alert("a", 2, "resolved"), alert("c", 1, "open"), alert("c", 2, "resolved"))
		_, stop = begin(t, log, r)
		pass(5 * time.Minute)
		stop()
		expect(t, "all", in, "still.2", "a.1", "still.3", "a.2", "c.1", "c.2")
	})
}

// The fold may say again what it said before it was restarted.
func TestRepeatsInTheLogAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		log.append(alert("a", 1, "open"), alert("a", 2, "resolved"))
		pass(time.Minute)
		log.append(alert("a", 1, "open"), alert("a", 2, "resolved"))
		pass(time.Minute)
		stop()
		log.append(alert("a", 1, "open"))
		_, stop = begin(t, log, Receiver{Name: "r", Channel: in})
		pass(time.Minute)
		stop()
		expect(t, "repeats", in, "a.1", "a.2")
	})
}

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
			if n == 0 {
				return alerts.Busy(errDown, 10*time.Minute)
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
	})
}

// A record that cannot be read is passed over, and a log that fails is opened again.
func TestWhatIsNoAlertIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		defer stop()
		newer := alert("n", 1, "open")
		newer.Version = 1000
		nameless := alert("", 1, "open")
		log.append(newer, nameless, alert("a", 1, "open"))
		pass(time.Minute)
		expect(t, "the rest", in, "a.1")
		if log.at("r") != 3 {
			t.Errorf("committed %d", log.at("r"))
		}
	})
}

// A full queue leaves the rest in the log.
func TestTheQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{fails: func(int) error { return errDown }}
		o, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		for n := range 3 * mostWaiting {
			log.append(alert(fmt.Sprint("a", n), 1, "open"))
		}
		pass(time.Minute)
		if s := o.States()[0]; s.Waiting > 2*mostWaiting || s.Lag != 3*mostWaiting {
			t.Errorf("%+v", s)
		}
		stop()
		in.fail(nil)
		_, stop = begin(t, log, Receiver{Name: "r", Channel: in})
		pass(time.Minute)
		stop()
		if got := in.all(); !slices.Equal(got, numbered("a%d.1", 3*mostWaiting)) {
			t.Errorf("%d of %d arrived", len(got), 3*mostWaiting)
		}
	})
}

func TestATestGoesToAllAtOnce(t *testing.T) {
	ok, bad := &inbox{}, &inbox{fails: func(int) error { return errDown }}
	o, err := New(Options{Log: newMemory(), Receivers: []Receiver{{Name: "ok", Type: "webhook", Channel: ok}, {Name: "bad", Type: "slack", Channel: bad}}})
	if err != nil {
		t.Fatal(err)
	}
	got := o.Test(t.Context(), "", alert("t", 1, "open"))
	if len(got) != 2 || !got[0].OK || got[1].OK || got[1].Error != "down" || got[1].Type != "slack" {
		t.Errorf("%+v", got)
	}
	if got := o.Test(t.Context(), "ok", alert("t", 1, "open")); len(got) != 1 {
		t.Errorf("one: %+v", got)
	}
	if got := o.Test(t.Context(), "none", alert("t", 1, "open")); len(got) != 0 {
		t.Errorf("none: %+v", got)
	}
}
