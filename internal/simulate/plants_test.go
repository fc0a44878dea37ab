package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
)

// seen is what a stream shows of a plant.
type seen struct {
	actions []act
	truth   Truth
}

type act struct {
	time                      int64
	kind                      schemas.Kind
	member, channel, platform string
	target                    string
}

func planted(t *testing.T, o Options) *seen {
	t.Helper()
	s := start(t, o)
	out := &seen{truth: s.Truth()}
	var a schemas.Action
	for s.Next(&a) {
		out.actions = append(out.actions, act{a.Time, a.Kind, string(a.Member), string(a.Channel), string(a.Platform), string(a.Target)})
	}
	return out
}

func (s *seen) count(from, to time.Time, which func(*act) bool) (n int) {
	for i := range s.actions {
		if a := &s.actions[i]; a.time >= from.UnixMilli() && a.time < to.UnixMilli() && which(a) {
			n++
		}
	}
	return n
}

func (s *seen) event(t *testing.T, plant string) Event {
	t.Helper()
	for _, e := range s.truth.Events {
		if e.Plant == plant && !e.Optional {
			return e
		}
	}
	t.Fatalf("the truth says nothing of %s: %+v", plant, s.truth.Events)
	return Event{}
}

func quiet(seed uint64, plants ...string) Options {
	o := Quiet("lab", seed, 600, monday, day(60))
	o.TimeZone = "America/New_York"
	for _, p := range plants {
		o.Plants = append(o.Plants, Plant{Name: p})
	}
	return o
}

func TestWhatIsPlantedIsThere(t *testing.T) {
	testkit.Alone(t)
	in := func(members []string) func(*act) bool {
		return func(a *act) bool { _, found := slices.BinarySearch(members, a.member); return found }
	}
	any := func(*act) bool { return true }
	week := func(e Event, n int) (time.Time, time.Time) {
		return e.Start.AddDate(0, 0, 7*n), e.End.AddDate(0, 0, 7*n)
	}
	for name, check := range map[string]func(*testing.T, *seen, Event){
		GradualLeavers: func(t *testing.T, s *seen, e Event) {
			before, middle := s.count(e.Start.AddDate(0, 0, -14), e.Start, in(e.Members)), s.count(e.Start.AddDate(0, 0, 7), e.Start.AddDate(0, 0, 21), in(e.Members))
			if middle == 0 || middle > before*3/5 || s.count(e.End, day(99), in(e.Members)) > 0 {
				t.Errorf("%d actions in two weeks before, %d in two weeks of fading, %d after", before, middle, s.count(e.End, day(99), in(e.Members)))
			}
		},
		DeadChannel: func(t *testing.T, s *seen, e Event) {
			here := func(a *act) bool { return a.channel == e.Segment }
			if before := s.count(e.Start.AddDate(0, 0, -7), e.Start, here); before < 50 || s.count(e.Start, day(99), here) > 0 {
				t.Errorf("%d actions in %s before, %d after", before, e.Segment, s.count(e.Start, day(99), here))
			}
		},
		LeaderLeaves: func(t *testing.T, s *seen, e Event) {
			var leader string
			for _, l := range s.truth.Leavers {
				if slices.ContainsFunc(s.truth.Leaders, func(x Leader) bool { return x.Member == l.Member }) {
					leader = l.Member
				}
			}
			at := func(a *act) bool { return a.target == leader }
			all, fans := s.count(monday, e.Start, at), s.count(monday, e.Start, func(a *act) bool { return at(a) && in(e.Members)(a) })
			share := float64(s.count(monday, e.Start, in(e.Members))) / float64(s.count(monday, e.Start, any)) // of whatever is done
			if leader == "" || !slices.Contains(e.Members, leader) || len(e.Members) < 20 || float64(fans) < 1.7*share*float64(all) {
				t.Errorf("%q leaves with %d others; of %d actions at them %d are these others', who do %.2f of everything", leader, len(e.Members)-1, all, fans, share)
			}
			if n := s.count(e.Start, day(99), at); n > 0 {
				t.Errorf("%d actions at who has left", n)
			}
			if n := s.count(e.End.Add(time.Second), day(99), in(e.Members)); n > 0 {
				t.Errorf("%d actions of those who left with the leader", n)
			}
		},
		MassLeave: func(t *testing.T, s *seen, e Event) {
			if n := s.count(e.Start, e.End, func(a *act) bool { return a.kind == schemas.KindLeave && in(e.Members)(a) }); n != len(e.Members) || n < 30 {
				t.Errorf("%d leave within the hour, %d should", n, len(e.Members))
			}
			usual := s.count(monday, e.Start, func(a *act) bool {
				return in(e.Members)(a) && (a.channel == e.Segment || a.platform == e.Segment)
			})
			if all := s.count(monday, e.Start, in(e.Members)); usual*2 < all {
				t.Errorf("they are not of %s %s: %d of %d actions", e.Dimension, e.Segment, usual, all)
			}
		},
		Raid: func(t *testing.T, s *seen, e Event) {
			if s.count(monday, e.Start, in(e.Members))+s.count(e.End, day(99), in(e.Members)) > 0 {
				t.Error("raiders act outside the raid")
			}
			n, all := s.count(e.Start, e.End, func(a *act) bool { return in(e.Members)(a) && a.channel == e.Segment }), s.count(e.Start, e.End, in(e.Members))
			if deeds := float64(n) / float64(len(e.Members)) / (e.End.Sub(e.Start).Hours() - 0.25); len(e.Members) < 60 || all-n > len(e.Members) || deeds < raidDeeds/2 || deeds > raidDeeds*2 {
				t.Errorf("%d raiders make %d actions in %s and %d elsewhere", len(e.Members), n, e.Segment, all-n)
			}
		},
		PlatformOutage: func(t *testing.T, s *seen, e Event) {
			here := func(a *act) bool { return a.platform == e.Segment }
			from, to := week(e, -1)
			if s.count(e.Start, e.End, here) > 0 || s.count(from, to, here) < 10 || s.count(e.Start, e.End, any) < 10 {
				t.Errorf("%d actions of %s during its outage, %d the week before", s.count(e.Start, e.End, here), e.Segment, s.count(from, to, here))
			}
			if e.Cause != "platform_outage" || e.CauseName != e.Segment {
				t.Errorf("%+v", e)
			}
		},
		Holiday: func(t *testing.T, s *seen, e Event) {
			from, to := week(e, -1)
			if share := float64(s.count(e.Start, e.End, any)) / float64(s.count(from, to, any)); share > 0.6 {
				t.Errorf("%.2f of a week before", share)
			}
			zone, _ := time.LoadLocation("America/New_York")
			date := e.Start.In(zone).Format(time.DateOnly)
			if diff := cmp.Diff([]DayOff{{HolidayName, date, date}}, s.truth.Holidays); diff != "" || e.Cause != "holiday" {
				t.Errorf("%s %+v", diff, e)
			}
		},
		SlowDecline: func(t *testing.T, s *seen, e Event) {
			who := func(from time.Time) int {
				members := map[string]bool{}
				s.count(from, from.AddDate(0, 0, 14), func(a *act) bool { members[a.member] = true; return false })
				return len(members)
			}
			if before, after := who(e.Start.AddDate(0, 0, -14)), who(e.End); float64(after) > 0.75*float64(before) || after < before/3 {
				t.Errorf("%d members in two weeks before, %d after", before, after)
			}
		},
		ActivityDrop:  func(t *testing.T, s *seen, e Event) { times(t, s, e, 0.25) },
		ActivitySurge: func(t *testing.T, s *seen, e Event) { times(t, s, e, 4) },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				o := quiet(seed, name)
				if lasts[name] > 7*day1 {
					o.To = day(150)
				}
				s := planted(t, o)
				check(t, s, s.event(t, name))
			}
		})
	}
}

func times(t *testing.T, s *seen, e Event, factor float64) {
	t.Helper()
	all := func(*act) bool { return true }
	now, before := s.count(e.Start, e.End, all), s.count(e.Start.AddDate(0, 0, -7), e.End.AddDate(0, 0, -7), all)
	if size := float64(now) / float64(before); size < factor/1.8 || size > factor*1.8 {
		t.Errorf("%.2f of a week before, planted %v", size, factor)
	}
}

// What is planted leaves the rest of the plan as it is, so that a seed with and without can be compared.
func TestAPlantLeavesTheRest(t *testing.T) {
	without := start(t, quiet(3)).people
	with := start(t, quiet(3, Raid, DeadChannel)).people
	var honest []person
	for _, m := range with.members {
		if !m.raider() {
			honest = append(honest, m)
		}
	}
	if diff := cmp.Diff(without.members, honest, cmp.AllowUnexported(person{})); diff != "" {
		t.Error(diff)
	}
}

func TestPlantsAreReproducible(t *testing.T) {
	o := quiet(5, MassLeave, Raid, GradualLeavers, PlatformOutage)
	if first, again := digest(t, o, 0), digest(t, o, 0); first != again {
		t.Error("the same options gave other actions")
	}
	if diff := cmp.Diff(start(t, o).Truth(), start(t, o).Truth()); diff != "" {
		t.Error(diff)
	}
}

func TestPlantsAtARate(t *testing.T) {
	o := quiet(4, Raid, ActivityDrop)
	o.PerDay, o.Rate = 0, 0.05
	s := planted(t, o)
	want := 0.05 * 60 * 24 * 3600
	raid := float64(s.count(monday, day(60), func(a *act) bool {
		_, found := slices.BinarySearch(s.event(t, Raid).Members, a.member)
		return found
	}))
	if n := float64(len(s.actions)) - raid; math.Abs(n/want-1) > 0.15 || raid < 1000 {
		t.Errorf("%v actions and %v of raiders, want %v", n, raid, want)
	}
}

func TestMistakenPlants(t *testing.T) {
	for want, p := range map[string]Plant{
		"there is nothing called":    {Name: "tulips"},
		"lies outside":               {Name: Raid, From: day(61)},
		"must end after":             {Name: Raid, From: day(9), To: day(8)},
		"dimension channel or":       {Name: MassLeave, Dimension: "tier"},
		`there is no channel "moon"`: {Name: MassLeave, Dimension: "channel", Segment: "moon"},
	} {
		o := quiet(1)
		o.Plants = []Plant{p}
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	o := quiet(1, Raid)
	o.To = time.Time{}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "when it is to begin") {
		t.Error(err)
	}
}

func ExamplePlantNames() {
	fmt.Println(PlantNames())
	// Output: activity-drop, activity-surge, dead-channel, gradual-leavers, holiday, leader-leaves, mass-leave, platform-outage, raid, slow-decline
}
