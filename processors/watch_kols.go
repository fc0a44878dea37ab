package processors

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/churn"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	leadersKept = 14 * dayMS // how long an alert tells of a leader who does not come back
	fewLeaders  = 3
	mostLeaders = 20

	mostFollowers = 200 // are remembered of each: some may be gone
)

// leader is a member high on the current board, as of the refresh before the last midnight: the newest that is finished in
// every run.
type leader struct {
	member, place uint32
	follow        []kol.Dependent // who have more than half of their ties with the leader
}

// lost is a leader who became at risk, churned or left.
type lost struct {
	leader
	since int64
	state churn.State
}

// lead notes who the leaders are: the first tenth of the board, three at least and twenty at most.
func (w *whole) lead() {
	x := w.watch
	x.leaders = x.leaders[:0]
	n := min(mostLeaders, max(fewLeaders, w.kols.Ranked(kol.Current)/10))
	for i, m := range w.kols.Top(kol.Current, n) {
		follow := w.kols.Dependents(m)
		x.leaders = append(x.leaders, leader{member: m, place: uint32(i + 1), follow: follow[:min(len(follow), mostFollowers)]})
	}
}

// slip notes that members changed to a state in which they are lost, and reports whether that is news: they are leaders on
// whom somebody depends who is still there, or are among the first few. day is the last midnight that is complete.
func (w *whole) slip(at int64, day int32, to churn.State, who []uint32) (news bool) {
	x := w.watch
	for _, m := range who {
		if i := slices.IndexFunc(x.lost, func(l lost) bool { return l.member == m }); i >= 0 {
			if l := &x.lost[i]; to != churn.StateAtRisk && to != l.state && l.since <= at { // it went from bad to worse
				l.state, news = to, true
			}
		} else if i := slices.IndexFunc(x.leaders, func(l leader) bool { return l.member == m }); i >= 0 {
			l := lost{x.leaders[i], at, to}
			l.follow = slices.DeleteFunc(slices.Clone(l.follow), func(f kol.Dependent) bool { return w.churn.ActiveDays(f.Member, day) == 0 })
			if len(l.follow) > 0 || l.place <= fewLeaders {
				x.lost = append(x.lost, l)
				news = true
			}
		}
	}
	return news
}

// leadersAt tells of leaders whom a midnight changed. Whom only a new fit puts at risk has a day to show that it is wrong.
func (w *whole) leadersAt(day int32, entered []churn.Entry) {
	x, at := w.watch, w.calendar.Midnight(day)
	slipping := slices.DeleteFunc(x.refit, func(m uint32) bool { return w.churn.State(m) != churn.StateAtRisk })
	x.refit = nil
	var gone []uint32
	for _, e := range entered {
		switch {
		case e.Refit:
			if slices.ContainsFunc(x.leaders, func(l leader) bool { return l.member == e.Member }) {
				x.refit = append(x.refit, e.Member)
			}
		case e.To == churn.StateAtRisk:
			slipping = append(slipping, e.Member)
		case e.To == churn.StateChurned:
			gone = append(gone, e.Member)
		}
	}
	news := w.slip(at, day, churn.StateAtRisk, slipping)
	if w.slip(at, day, churn.StateChurned, gone) || news {
		w.tellLeaders(at)
	}
	w.returned(at)
}

// leavesOfLeaders tells of leaders who left, up to stream time t, each after the looks that came before.
func (w *whole) leavesOfLeaders(t int64, day int32, before func(at int64)) {
	x := w.watch
	var due []leave
	for _, l := range x.leaves {
		if at := int64(l.minute) * minuteMS; at > x.looked && at <= t {
			due = append(due, l)
		}
	}
	slices.SortFunc(due, func(a, b leave) int {
		return cmp.Or(cmp.Compare(a.minute, b.minute), cmp.Compare(w.roster.Name(a.member), w.roster.Name(b.member)))
	})
	for i := 0; i < len(due); {
		minute := due[i].minute
		var who []uint32
		for ; i < len(due) && due[i].minute == minute; i++ {
			who = append(who, due[i].member)
		}
		at := int64(minute) * minuteMS
		before(at)
		if w.slip(at, day, churn.StateLeft, who) {
			w.tellLeaders(at)
		}
	}
	x.looked = max(x.looked, t)
}

// returned lets go of leaders who are back at a midnight, or have been told of for long enough.
func (w *whole) returned(at int64) {
	x := w.watch
	if len(x.lost) == 0 {
		return
	}
	x.lost = slices.DeleteFunc(x.lost, func(l lost) bool {
		if l.since > at { // who left within the lateness after it has not come back by it
			return false
		}
		switch s := w.churn.State(l.member); s {
		case churn.StateAtRisk, churn.StateChurned, churn.StateLeft:
			return at-l.since >= leadersKept
		default:
			return true
		}
	})
	if len(x.lost) == 0 {
		x.alerts.Detect(&alert.Detection{Kind: alert.KolAtRisk, At: at, Over: true})
	}
}

// tellLeaders tells who is lost, the first of the board first, and who may follow.
func (w *whole) tellLeaders(at int64) {
	x := w.watch
	if x.detectors.Off(alert.KolAtRisk, at) {
		return
	}
	d := &alert.Detection{Kind: alert.KolAtRisk, At: at, Start: math.MaxInt64, Probability: math.NaN()}
	slices.SortFunc(x.lost, func(a, b lost) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.since, b.since), cmp.Compare(w.roster.Name(a.member), w.roster.Name(b.member)))
	})
	var follow []kol.Dependent
	for _, l := range x.lost {
		d.Start = min(d.Start, l.since)
		d.Observed += float64(len(l.follow))
		d.Segments = append(d.Segments, &actionpb.AlertSegment{Dimension: "kol", Segment: w.roster.Name(l.member),
			Expected: float64(l.place), Observed: float64(len(l.follow)), State: l.state.String()})
		follow = append(follow, l.follow...)
	}
	slices.SortFunc(follow, func(a, b kol.Dependent) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(w.roster.Name(a.Member), w.roster.Name(b.Member)))
	})
	for _, f := range follow[:min(len(follow), mostContacts)] {
		d.Members = append(d.Members, w.follower(f))
	}
	x.alerts.Detect(d)
}

// follower is a member who may follow a leader, with what they did together.
func (w *whole) follower(f kol.Dependent) *actionpb.AlertMember {
	m := &actionpb.AlertMember{Member: w.roster.Name(f.Member), Value: f.Share,
		WhyEn: fmt.Sprintf("%.0f %% of their ties", 100*f.Share), WhyZh: fmt.Sprintf("%.0f %% 的互动关系", 100*f.Share)}
	if c := w.churn.Why().MainChannel(f.Member); c != "" {
		m.WhyEn += ", mostly in " + c
		m.WhyZh += "，主要在 " + c
	}
	return m
}

func (l *leader) save(w *state.Writer) {
	w.Int(int64(l.member))
	w.Uint(uint64(l.place))
	w.Uint(uint64(len(l.follow)))
	for _, f := range l.follow {
		w.Int(int64(f.Member))
		w.Float(f.Share)
	}
}

// loadLeader reads what save wrote, of a roster of so many members.
func loadLeader(r *state.Reader, members int) (l leader) {
	member := func() uint32 { return uint32(max(0, r.Between(0, int64(members)-1))) }
	l = leader{member: member(), place: uint32(r.Uint())}
	for range r.Len() {
		l.follow = append(l.follow, kol.Dependent{Member: member(), Share: r.Float()})
	}
	return l
}
