package outbox

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestHours(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ hours, now, want string }{
		{"22:00-08:00", "2026-03-02T21:59:59+08:00", ""},
		{"22:00-08:00", "2026-03-02T22:00:00+08:00", "2026-03-03T08:00:00+08:00"},
		{"22:00-08:00", "2026-03-03T07:59:00+08:00", "2026-03-03T08:00:00+08:00"},
		{"22:00-08:00", "2026-03-03T08:00:00+08:00", ""},
		{"12:00-13:30", "2026-03-03T12:00:00+08:00", "2026-03-03T13:30:00+08:00"},
		{"12:00-13:30", "2026-03-03T13:30:00+08:00", ""},
		{"12:00-13:30", "2026-03-03T03:00:00+08:00", ""},
		{"22:00-08:00", "2026-03-28T23:00:00+01:00", "2026-03-29T08:00:00+02:00"}, // an hour is left out that night
		{"", "2026-03-03T03:00:00+08:00", ""},
	} {
		h, err := ParseHours(c.hours)
		if err != nil {
			t.Fatal(err)
		}
		zone := shanghai
		if c.now[len(c.now)-6:] == "+01:00" {
			zone = zurich
		}
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		want := now
		if c.want != "" {
			if want, err = time.Parse(time.RFC3339, c.want); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.End(now.In(zone)); !got.Equal(want) {
			t.Errorf("%s at %s: %s, want %s", c.hours, c.now, got, want)
		}
	}
	for _, bad := range []string{"22-8", "22:00", "22:00-22:00", "25:00-08:00", "22:00-08:00-09:00", "night"} {
		if _, err := ParseHours(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// In quiet hours alerts wait, unless they are over before the end; whose zone counts is the receiver's, or the community's.
func TestQuietHours(t *testing.T) {
	quiet, err := ParseHours("22:00-08:00")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { // which begins at midnight UTC of 2000-01-01
		log, in, east := newMemory(), &inbox{}, &inbox{}
		_, stop := begin(t, log, Receiver{Name: "r", Channel: in, Quiet: quiet},
			Receiver{Name: "east", Channel: east, Quiet: quiet, Zone: time.FixedZone("east", 12*3600)}) // noon there
		defer stop()
		log.append(alert("over", 1, "open"), alert("a", 1, "open"), alert("a", 2, "open"))
		pass(4 * time.Hour)
		log.append(alert("over", 2, "resolved"))
		pass(3*time.Hour + 59*time.Minute)
		expect(t, "by night", in)
		if at := log.at("r"); at != 1 {
			t.Errorf("committed %d: what waits is not settled", at)
		}
		pass(2 * time.Minute)
		expect(t, "in the morning", in, "a.1", "a.2")
		expect(t, "elsewhere", east, "over.1", "a.1", "a.2", "over.2")
		pass(15 * time.Hour)
		log.append(alert("a", 3, "resolved"))
		pass(time.Minute)
		expect(t, "resolved by night, and told of before", in, "a.1", "a.2")
		pass(10 * time.Hour)
		expect(t, "resolved in the morning", in, "a.1", "a.2", "a.3")
	})
}

func TestACommunityHasQuietHoursToo(t *testing.T) {
	quiet, err := ParseHours("22:00-08:00")
	if err != nil {
		t.Fatal(err)
	}
	r := &Receiver{Name: "r", Most: 1}
	q := newQueue(r, func(c string) Place {
		if c == "lab" {
			return Place{Zone: time.FixedZone("", 2*3600), Quiet: quiet}
		}
		return Place{}
	}, 0)
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	other := alert("b", 1, "open")
	other.Community = "other"
	q.take(change{offset: 0, alert: alert("a", 1, "open")}, now)
	q.take(change{offset: 1, alert: other}, now)
	if got := q.pick(now); len(got) != 1 || got[0].changes[0].alert != other {
		t.Errorf("by night: %+v", got)
	}
	q.sent(q.pick(now), now)
	if at := q.wake(now); !at.Equal(time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("wakes at %s", at)
	}
}

// What one alert's changes lead to, at a receiver that is sent nothing until they are all there.
func TestCollapse(t *testing.T) {
	severe := func(a *actionpb.Alert, s string) *actionpb.Alert { a.Severity = s; return a }
	silent := func(a *actionpb.Alert) *actionpb.Alert { a.Change, a.SilencedUntil = "silenced", a.Updated+1; return a }
	foreign := alert("a", 1, "open")
	foreign.Community = "other"
	kind := alert("a", 1, "open")
	kind.Kind = "churn_spike"
	test := severe(alert("a", 1, "open"), "info")
	test.Change, test.Kind = "test", "test"
	for _, c := range []struct {
		name    string
		changes []*actionpb.Alert
		want    []uint32
	}{
		{"one", []*actionpb.Alert{alert("a", 1, "open")}, []uint32{1}},
		{"first and newest", []*actionpb.Alert{alert("a", 1, "open"), alert("a", 2, "open"), alert("a", 3, "acknowledged")}, []uint32{1, 3}},
		{"opened and resolved", []*actionpb.Alert{alert("a", 1, "open"), alert("a", 2, "open"), alert("a", 3, "resolved")}, []uint32{1, 3}},
		{"below the severity", []*actionpb.Alert{severe(alert("a", 1, "open"), "info"), severe(alert("a", 2, "resolved"), "info")}, nil},
		{"rises to the severity", []*actionpb.Alert{severe(alert("a", 1, "open"), "info"), alert("a", 2, "open"), severe(alert("a", 3, "resolved"), "info")}, []uint32{2, 3}},
		{"silenced before it is sent", []*actionpb.Alert{alert("a", 1, "open"), silent(alert("a", 2, "open")), silent(alert("a", 3, "resolved"))}, nil},
		{"silenced for a while", []*actionpb.Alert{alert("a", 1, "open"), silent(alert("a", 2, "open")), alert("a", 3, "open")}, []uint32{3}},
		{"silenced until it was over", []*actionpb.Alert{silent(alert("a", 1, "open")), alert("a", 2, "resolved")}, nil},
		{"told, then silenced", []*actionpb.Alert{alert("a", 7, "open"), silent(alert("a", 8, "open")), silent(alert("a", 9, "resolved"))}, nil},
		{"another community", []*actionpb.Alert{foreign}, nil},
		{"another kind", []*actionpb.Alert{kind}, nil},
		{"a test", []*actionpb.Alert{test}, []uint32{1}},
		{"began before what is remembered", []*actionpb.Alert{alert("a", 7, "open"), alert("a", 8, "resolved")}, []uint32{8}},
	} {
		q := newQueue(&Receiver{Name: "r", Communities: []string{"lab"}, Kinds: []string{"leave_spike"}, Severity: "warning", Most: 1, Wait: time.Second},
			func(string) Place { return Place{} }, 0)
		now := time.Unix(0, 0)
		gathered := now.Add(time.Minute)
		for i, a := range c.changes {
			q.take(change{offset: int64(i), alert: a}, now)
		}
		var got []uint32
		for batch := q.pick(gathered); batch != nil; batch = q.pick(gathered) {
			got = append(got, batch[0].changes[0].alert.Sequence)
			q.sent(batch, now)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: sent %v, want %v", c.name, got, c.want)
		}
		if q.settled() != int64(len(c.changes)) {
			t.Errorf("%s: settled at %d", c.name, q.settled())
		}
		if last := c.changes[len(c.changes)-1]; resolved(last) && len(q.told) != 0 {
			t.Errorf("%s: remembers %v", c.name, q.told)
		}
	}
}

// Whatever the log says and however often the process dies: of each alert the changes go out in order between two
// deaths, none is resolved that was not sent before, and at the end the newest of each was sent or the receiver never
// heard of the alert and it is over, or too old.
func TestWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var log []change
		sequence, over := map[string]uint32{}, map[string]bool{}
		wanted, newest := map[string]bool{}, map[string]uint32{} // of those that were not too old from some change on
		r := &Receiver{Name: "r", Most: rapid.IntRange(1, 3).Draw(t, "most"), Wait: time.Duration(rapid.IntRange(0, 5).Draw(t, "wait")) * time.Second,
			MaxAge: time.Duration(rapid.IntRange(0, 1).Draw(t, "age")) * time.Minute}
		now := time.Unix(0, 0)
		place := func(string) Place { return Place{} }
		q, committed := newQueue(r, place, 0), int64(0)
		read := 0
		heard, last := map[string]bool{}, map[string]uint32{}
		session := map[string]uint32{}
		send := func(works bool) {
			batch := q.pick(now)
			if batch == nil {
				return
			}
			for _, w := range batch {
				a := w.changes[0].alert
				id := a.AlertId
				if a.Sequence <= session[id] {
					t.Fatalf("%s.%d after %d", id, a.Sequence, session[id])
				}
				if resolved(a) && !heard[id] {
					t.Fatalf("%s is resolved and was never opened", id)
				}
				if works {
					session[id], heard[id] = a.Sequence, true
					last[id] = max(last[id], a.Sequence)
				}
			}
			if works {
				q.sent(batch, now)
			} else {
				q.failed(batch, rapid.Bool().Draw(t, "permanent"), time.Second, now)
			}
		}
		take := func() {
			if read < len(log) {
				c := log[read]
				c.offset = int64(read)
				q.take(c, now)
				read++
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(t *rapid.T) {
				id := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "alert"), "-", len(over))
				for old := range sequence {
					if old[0] == id[0] && !over[old] {
						id = old
					}
				}
				sequence[id]++
				state := rapid.SampledFrom([]string{"open", "open", "resolved"}).Draw(t, "state")
				if sequence[id] == 1 {
					state = "open"
				}
				over[id] = state == "resolved"
				c := change{alert: alert(id, sequence[id], state)}
				c.appended = c.alert.Updated + rapid.SampledFrom([]int64{0, 3600_000}).Draw(t, "late")
				if wanted[id] = wanted[id] || state != "resolved" && !r.old(c.alert, c.appended); wanted[id] {
					newest[id] = sequence[id]
				}
				log = append(log, c)
			},
			"repeat": func(t *rapid.T) {
				if len(log) > 0 {
					log = append(log, log[rapid.IntRange(0, len(log)-1).Draw(t, "at")])
				}
			},
			"take": func(*rapid.T) { take() },
			"send": func(t *rapid.T) { send(rapid.Bool().Draw(t, "works")) },
			"pass": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 5000).Draw(t, "ms")) * time.Millisecond)
			},
			"commit": func(t *rapid.T) {
				if at := q.settled(); at < committed {
					t.Fatalf("committed %d after %d", at, committed)
				}
				committed = q.settled()
			},
			"die": func(*rapid.T) {
				q, session = newQueue(r, place, 0), map[string]uint32{}
				for i, c := range log[:committed] {
					c.offset = int64(i)
					q.recall(c)
				}
				read = int(committed)
			},
			"": func(*rapid.T) {},
		})
		for range len(log) {
			take()
		}
		for range 4 * len(log) {
			now = now.Add(time.Minute)
			send(true)
		}
		if len(q.waiting) != 0 || q.settled() != int64(len(log)) {
			t.Fatalf("%d wait, settled at %d of %d", len(q.waiting), q.settled(), len(log))
		}
		for id := range sequence {
			if n := newest[id]; last[id] != n {
				t.Fatalf("%s: the newest sent is %d of %d", id, last[id], n)
			}
		}
	})
}
