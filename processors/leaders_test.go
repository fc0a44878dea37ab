package processors

import (
	"cmp"
	"fmt"

	"slices"

	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// leaders is a community in which everybody acts every day: 45 members who endorse each other and five leaders, l1 the most
// and l5 the least, and who has nobody else than a leader: three fans of l1, two of l4. On l2, l3 and l5 nobody depends.
type leaders struct {
	actions []schemas.Action
	silent  map[string][2]int // from a day on to another
	off     []int             // days between which nobody wants to hear of leaders
	behind  time.Duration     // how much later leaves arrive
}

const (
	leadersBegin = 1_767_571_200_000 // Monday, January 5, 2026, 00:00 UTC
	leadersDays  = 54
)

func newLeaders() *leaders {
	return &leaders{silent: map[string][2]int{}}
}

func (l *leaders) act(at int64, member string, kind schemas.Kind, target string) {
	l.actions = append(l.actions, schemas.Action{Version: 1, Community: []byte("a"), Member: []byte(member), Kind: kind, Time: at,
		ID: fmt.Append(nil, len(l.actions)), Target: []byte(target), Channel: []byte("help")})
}

func clock(day int, at time.Duration) int64 {
	return leadersBegin + int64(day)*dayMS + at.Milliseconds()
}

func (l *leaders) leave(member string, at int64) { l.act(at, member, schemas.KindLeave, "") }

func (l *leaders) everyday() {
	const crowd = 45 // and five leaders: a tenth of those who are ranked
	name := func(i int) string { return fmt.Sprintf("m%02d", i%crowd) }
	for i := range crowd {
		for k := 1; k <= 5; k++ {
			l.act(clock(0, 12*time.Hour), name(i), schemas.KindReact, name(i+k))
			if i < crowd-3*k {
				l.act(clock(0, 13*time.Hour), name(i), schemas.KindReact, fmt.Sprint("l", k))
			}
		}
	}
	hour := func(i int) time.Duration { return time.Duration(8+i%10) * time.Hour }
	acts := func(i, day int, member, target string) {
		if s, is := l.silent[member]; !is || day < s[0] || day >= s[1] {
			l.act(clock(day, hour(i)), member, schemas.KindReact, target)
		}
	}
	for day := range leadersDays {
		for i := range crowd {
			acts(i, day, name(i), name(i+1+day%5))
		}
		for k := 1; k <= 5; k++ {
			acts(k, day, fmt.Sprint("l", k), name(day+8*k))
		}
		for i := day * 2; i < 40; i++ { // some are gone soon, so that silence means something
			l.act(clock(day, hour(i)), fmt.Sprint("gone", i), schemas.KindPost, "")
		}
		for _, fan := range []string{"fan1a", "fan1b", "fan1c", "fan4a", "fan4b"} {
			acts(day, day, fan, "l"+fan[3:4])
		}
	}
	arrives := func(a *schemas.Action) int64 {
		if a.Kind == schemas.KindLeave {
			return a.Time + l.behind.Milliseconds()
		}
		return a.Time
	}
	slices.SortStableFunc(l.actions, func(a, b schemas.Action) int { return cmp.Compare(arrives(&a), arrives(&b)) })
}

// pipeline lays it on logs, with a tick every so often.
func (l *leaders) pipeline(partitions int, tick time.Duration) *pipeline {
	p := &pipeline{logs: make([][][]byte, partitions)}
	set := &actionpb.Settings{Community: "a", Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: (time.Hour + l.behind).Milliseconds(), AtRisk: 0.2, ChurnAfterDays: 20}
	p.broadcast(&actionpb.Control{Settings: set})
	next, end, off := int64(leadersBegin), clock(leadersDays, 2*time.Hour), l.off
	until := func(t int64) {
		for ; next <= t; next += tick.Milliseconds() {
			for len(off) > 0 && clock(off[0], 0) <= next {
				p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: clock(off[0], 0)}})
				set.Alerting = &actionpb.Alerting{Rules: []*actionpb.AlertRule{{Kind: alert.KolAtRisk, Off: len(off) == 2}}}
				p.broadcast(&actionpb.Control{Settings: set})
				off = off[1:]
			}
			p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: next}})
		}
	}
	for i := range l.actions {
		a := &l.actions[i]
		until(a.Time)
		p.send(a)
	}
	until(end)
	return p
}

// leaderShape is how a log is cut, flushed, and folded again from snapshots.
type leaderShape struct {
	partitions, batch int
	tick              time.Duration
	restarts          int
}

var leaderShapes = []leaderShape{{1, 1 << 30, time.Hour, 0}, {2, 60, 7 * time.Hour, 200}, {3, 25, 30 * time.Hour, 0}}

func (l *leaders) tell(t *testing.T, x leaderShape) []string {
	p := l.pipeline(x.partitions, x.tick)
	p.run(t, func() int { return x.batch }, func(what string) bool {
		if what == "crash after delivery" {
			x.restarts--
			return x.restarts >= 0
		}
		return what == "snapshot"
	})
	return p.told(t)
}

// told are the changes of alerts of leaders after the first weeks, in which everybody may seem at risk: when, what, of whom,
// and who may follow.
func (p *pipeline) told(t *testing.T) (out []string) {
	seen := map[string]string{}
	for _, b := range p.alerts {
		var a actionpb.Alert
		if err := proto.Unmarshal(b, &a); err != nil {
			t.Fatal(err)
		}
		if a.Kind != alert.KolAtRisk || a.Updated < clock(10, 0) {
			continue
		}
		text := fmt.Sprintf("%s %s", time.UnixMilli(a.Updated).UTC().Format("01-02 15:04"), a.Change)
		if a.Change != alert.Resolved {
			for _, s := range a.Segments {
				text += fmt.Sprintf(" %s #%.0f %s %.0f", s.Segment, s.Expected, s.State, s.Observed)
			}
			for _, m := range a.Members {
				text += fmt.Sprintf(" %s=%.2f", m.Member, m.Value)
			}
		}
		key := fmt.Sprint(a.AlertId, "/", a.Sequence)
		if was, again := seen[key]; again && was != text {
			t.Errorf("%s was %q, and is %q when it is told again", key, was, text)
		} else if !again {
			out = append(out, text)
		}
		seen[key] = text
	}
	return out
}

// What is told of leaders, worked out from docs/metrics/alerts.md, wherever the log is cut, flushed and folded again from a
// snapshot. When silence makes at risk is churn's to say, and is not worked out here.
func TestLeadersWhoAreLost(t *testing.T) {
	testkit.Alone(t)
	const fans1, fans4 = " fan1a=1.00 fan1b=1.00 fan1c=1.00", " fan4a=1.00 fan4b=1.00"
	ever := [2]int{30, leadersDays}
	for name, c := range map[string]struct {
		story func(l *leaders)
		want  []string
	}{
		"nobody": {func(*leaders) {}, nil},
		"one leaves, and is back the next day": {func(l *leaders) { l.leave("l1", clock(30, 10*time.Hour+30*time.Second)) },
			[]string{"02-04 10:01 opened l1 #1 left 3" + fans1, "02-06 00:00 resolved"}},
		"one leaves for good": {func(l *leaders) { l.leave("l1", clock(30, 10*time.Hour)); l.silent["l1"] = ever },
			[]string{"02-04 10:01 opened l1 #1 left 3" + fans1, "02-19 00:00 resolved"}},
		"one leaves right after midnight": {func(l *leaders) { l.leave("l1", clock(31, 20*time.Minute)); l.silent["l1"] = ever },
			[]string{"02-05 00:21 opened l1 #1 left 3" + fans1, "02-20 00:00 resolved"}},
		"one on whom nobody depends, of the first three": {func(l *leaders) { l.leave("l3", clock(30, 10*time.Hour)) },
			[]string{"02-04 10:01 opened l3 #3 left 0", "02-05 00:00 resolved"}},
		"one on whom nobody depends, further behind": {func(l *leaders) { l.leave("l5", clock(30, 10*time.Hour)) }, nil},
		"one further behind with fans":               {func(l *leaders) { l.leave("l4", clock(30, 10*time.Hour)) }, []string{"02-04 10:01 opened l4 #4 left 2" + fans4, "02-05 00:00 resolved"}},
		"fans who went before": {func(l *leaders) {
			l.leave("l4", clock(45, 10*time.Hour))
			l.silent["fan4a"], l.silent["fan4b"] = [2]int{15, leadersDays}, [2]int{15, leadersDays}
		}, nil},
		"two at once, and a third": {func(l *leaders) {
			for i, who := range []string{"l4", "l2", "l1"} {
				l.leave(who, clock(30, 10*time.Hour+15*time.Minute*time.Duration(i/2)))
				l.silent[who] = ever
			}
		}, []string{"02-04 10:01 opened l2 #2 left 0 l4 #4 left 2" + fans4,
			"02-04 10:16 updated l1 #1 left 3 l2 #2 left 0 l4 #4 left 2" + fans1 + fans4, "02-19 00:00 resolved"}},
		"one is silent, and leaves": {func(l *leaders) {
			l.silent["l1"] = [2]int{20, leadersDays}
			l.leave("l1", clock(31, 20*time.Hour))
			l.leave("l1", clock(31, 21*time.Hour)) // once more
		}, []string{"02-03 00:00 opened l1 #1 at_risk 3" + fans1, "02-05 20:01 updated l1 #1 left 3" + fans1, "02-17 00:00 resolved"}},
		"one is silent, and churns": {func(l *leaders) { l.silent["l1"] = [2]int{20, leadersDays} },
			[]string{"02-03 00:00 opened l1 #1 at_risk 3" + fans1, "02-14 00:00 updated l1 #1 churned 3" + fans1, "02-17 00:00 resolved"}},
		"one is silent for a while, whom only the fit of a Monday put at risk": {func(l *leaders) { l.silent["l4"] = [2]int{15, 25} },
			[]string{"01-27 00:00 opened l4 #4 at_risk 2" + fans4, "01-31 00:00 resolved"}},
		"switched off for a while": {func(l *leaders) {
			l.off = []int{29, 33}
			l.leave("l1", clock(30, 10*time.Hour))
			l.leave("l2", clock(34, 10*time.Hour))
			l.silent["l1"], l.silent["l2"] = ever, ever
		}, []string{"02-08 10:01 opened l1 #1 left 3 l2 #2 left 0" + fans1, "02-23 00:00 resolved"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLeaders()
			c.story(l)
			l.everyday()
			for i, x := range leaderShapes {
				if i > 1 && len(name)%2 == 0 { // it takes long
					break
				}
				if diff := gocmp.Diff(c.want, l.tell(t, x)); diff != "" {
					t.Errorf("%+v: -want +got:\n%s", x, diff)
				}
			}
		})
	}
}

// A leave of which is heard more than a day later is told once, in whatever batches.
func TestALateLeaveOfALeader(t *testing.T) {
	for _, batch := range []int{1 << 30, 5} {
		l := newLeaders()
		l.behind = 30 * time.Hour
		l.leave("l1", clock(20, 10*time.Hour))
		l.silent["l1"] = [2]int{20, leadersDays}
		l.everyday()
		got := l.tell(t, leaderShape{1, batch, time.Hour, 0})
		if want := "01-26 15:01 opened l1 #1 left 3 fan1a=1.00 fan1b=1.00 fan1c=1.00"; len(got) == 0 || got[0] != want {
			t.Errorf("batches of %d: %q, want %q", batch, got, want)
		}
	}
}

// Who the leaders are outlives a restart between a midnight and a leave, and a leave is told where stream time stands at the
// very minute.
func TestALeaderLeavesAfterARestart(t *testing.T) {
	l := newLeaders()
	l.leave("l1", clock(30, 11*time.Hour-30*time.Second))
	l.silent["l1"] = [2]int{30, leadersDays}
	l.everyday()
	p := l.pipeline(1, time.Hour)
	before := slices.IndexFunc(p.logs[0], func(b []byte) bool {
		var a schemas.Action
		_, err := schemas.DecodeRecord(b, &a)
		return err == nil && a.Time >= clock(30, 9*time.Hour)
	})
	steps := 0
	p.run(t, func() int {
		switch steps++; {
		case steps%2 == 0 || steps > 60: // the communities stage takes what there is
			return 1 << 30
		case steps == 1:
			return before
		}
		return 2
	}, func(what string) bool {
		return steps <= 60 && what != "crash before delivery" && what != "crash on the way"
	})
	want := []string{"02-04 11:00 opened l1 #1 left 3 fan1a=1.00 fan1b=1.00 fan1c=1.00", "02-19 00:00 resolved"}
	if diff := gocmp.Diff(want, p.told(t)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
