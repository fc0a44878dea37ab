package outbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
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

// A new receiver has its place in the log at once: what opens and resolves before its first message is not the past.
func TestANewReceiverHasItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{}
		log.append(alert("past", 1, "open"), alert("past", 2, "resolved"))
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		stop()
		log.append(alert("a", 1, "open"), alert("a", 2, "resolved"))
		_, stop = begin(t, log, Receiver{Name: "r", Channel: in})
		pass(time.Minute)
		stop()
		expect(t, "all since", in, "a.1", "a.2")
	})
}

// A message on its way when all stops may arrive; one that takes too long is sent again by the next.
func TestAMessageOnItsWay(t *testing.T) {
	for takes, committed := range map[time.Duration]int64{2 * time.Second: 1, 20 * time.Second: 0} {
		synctest.Test(t, func(t *testing.T) {
			log, in := newMemory(), &inbox{}
			_, stop := begin(t, log, Receiver{Name: "r", Channel: &slow{in, takes}})
			log.append(alert("a", 1, "open"))
			pass(time.Second)
			began := time.Now()
			stop()
			if took := time.Since(began); took > grace {
				t.Errorf("stopping takes %s", took)
			}
			if at := log.at("r"); at != committed || int64(len(in.all())) != committed {
				t.Errorf("of %s: committed %d, arrived %q", takes, at, in.all())
			}
		})
	}
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
	const all = mostWaiting + 300
	synctest.Test(t, func(t *testing.T) {
		log, in := newMemory(), &inbox{fails: func(int) error { return errDown }}
		o, stop := begin(t, log, Receiver{Name: "r", Channel: in})
		var opened []*actionpb.Alert
		for n := range all {
			opened = append(opened, alert(fmt.Sprint("a", n), 1, "open"))
		}
		log.append(opened...)
		pass(time.Minute)
		if s := o.States()[0]; s.Waiting < mostWaiting || s.Waiting > mostWaiting+100 || s.Lag != all {
			t.Errorf("%+v", s)
		}
		stop()
		in.fail(nil)
		_, stop = begin(t, log, Receiver{Name: "r", Channel: in, Most: 50})
		pass(time.Minute)
		stop()
		if got := strings.Join(in.all(), " "); got != strings.Join(numbered("a%d.1", all), " ") {
			t.Errorf("%d of %d arrived", strings.Count(got, " ")+1, all)
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

// A program is told the end of what it was told of, in spite of a silence.
func TestTheEndInSpiteOfASilence(t *testing.T) {
	q := newQueue(&Receiver{Name: "r", Most: 1, Ends: true}, func(string) Place { return Place{} }, 0)
	now := time.Unix(0, 0)
	q.take(change{offset: 0, alert: alert("a", 1, "open")}, now)
	q.sent(q.pick(now), now)
	for n := range uint32(2) {
		a := alert("a", n+2, []string{"open", "resolved"}[n])
		a.SilencedUntil = a.Updated + 1
		q.take(change{offset: int64(n) + 1, alert: a}, now)
	}
	if got := q.pick(now); len(got) != 1 || got[0].changes[0].alert.Sequence != 3 {
		t.Errorf("%v", got)
	}
	unheard := alert("b", 2, "resolved")
	unheard.SilencedUntil = unheard.Updated + 1
	q.take(change{offset: 3, alert: alert("b", 1, "open")}, now)
	q.take(change{offset: 4, alert: unheard}, now)
	if len(q.waiting) != 1 {
		t.Errorf("%d wait", len(q.waiting))
	}
}
