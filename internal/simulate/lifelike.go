package simulate

import (
	"math"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// temper is how a member's days cluster: a spell of days on ends with one chance a day, a spell off with another.
type temper struct {
	off, on float64
	boost   float64 // of the weight on a day on, so that the mean stays
}

// tempers are the four kinds of members, from one who is there nearly every day to one who drops in for a few days every
// other week.
var tempers = func() (t [4]temper) {
	for i, c := range [4][2]float64{{0.08, 0.5}, {0.15, 0.3}, {0.2, 0.2}, {0.25, 0.12}} {
		t[i] = temper{c[0], c[1], (c[0] + c[1]) / c[1]}
	}
	return t
}()

// temperOf spreads the tempers over the members.
func temperOf(i int) *temper { return &tempers[uint32(i)*2654435761>>30] }

// steady reports whether spells pass a member by.
func (m *person) steady() bool { return m.leads || m.ring != 0 }

// begins draws whether a member is in a spell off when the simulation begins.
func (s *Simulation) begins(i int) {
	if s.options.Spells && !s.people.members[i].steady() {
		t := temperOf(i)
		s.people.members[i].off = s.whims.Float64() < t.off/(t.off+t.on)
	}
}

// weigh puts what a member's plan, fading and spell make of their weight into the draw.
func (s *Simulation) weigh(i int) {
	m := &s.people.members[i]
	w := m.weight
	if m.tired > 0 {
		w = w * (255 - uint32(m.tired)) / 255
	}
	if s.options.Spells && !m.steady() {
		w = uint32(float64(w) * temperOf(i).boost)
		if m.off {
			w = 0
		}
	}
	s.present[m.rhythm].set(i, w)
}

// wake begins a local day: spells begin and end, and who fades is there a little less.
func (s *Simulation) wake(now int64) {
	p := s.people
	for f := range p.fades {
		if i := int(p.fades[f].member); p.fades[f].from < now && p.leaves[i] > now {
			p.members[i].tired = p.fades[f].at(now)
			s.weigh(i)
		}
	}
	if s.options.Spells {
		for i := range s.joined {
			m := &p.members[i]
			if m.steady() || p.leaves[i] <= now {
				continue
			}
			t := temperOf(i)
			chance := t.off
			if m.off {
				chance = t.on
			}
			if s.whims.Float64() < chance {
				m.off = !m.off
				s.weigh(i)
			}
		}
	}
	if s.options.Weather > 0 {
		s.day = drift(s.day, 0.6, s.options.Weather, s.whims.NormFloat64())
	}
}

// strike begins a local hour: what the community does in it wanders about the usual.
func (s *Simulation) strike(now, hour int64) {
	if s.lastHour >= 0 && hour/24 != s.lastHour/24 {
		s.wake(now)
	}
	s.lastHour = hour
	if s.options.Weather == 0 {
		return
	}
	s.hour = drift(s.hour, 0.7, s.options.Weather, s.whims.NormFloat64())
	s.mood = math.Exp(s.day + s.hour - s.options.Weather*s.options.Weather)
}

// drift is a step of a wandering number whose standard deviation stays sd.
func drift(x, keep, sd, draw float64) float64 {
	return float64(keep*x) + float64(math.Sqrt(1-keep*keep)*sd*draw)
}

// calendarHour tells local hours apart.
func calendarHour(t time.Time) int64 {
	_, offset := t.Zone()
	return (t.Unix() + int64(offset)) / 3600
}

// detour lets who joins or leaves where nothing comes from do so on another platform.
func (s *Simulation) detour(a *schemas.Action) {
	for i := range s.platforms {
		if s.barred && s.onPlatform >= 0 && s.noPlatform[s.onPlatform] && !s.noPlatform[i] {
			s.onPlatform, a.Platform = i, s.platforms[i]
		}
	}
}

// bar notes which segments say nothing now, and returns what else the windows make of the community's activity.
func (s *Simulation) bar(now int64) (factor float64) {
	factor = 1
	if len(s.windows) == 0 {
		return factor
	}
	clear(s.noChannel)
	clear(s.noPlatform)
	s.barred = false
	for _, w := range s.windows {
		for _, t := range []int64{w.from, w.to} {
			if t > now {
				s.edge = min(s.edge, t)
			}
		}
		if now < w.from || now >= w.to {
			continue
		}
		factor *= w.factor
		if w.channel >= 0 {
			s.noChannel[w.channel], s.barred = true, true
		}
		if w.platform >= 0 {
			s.noPlatform[w.platform], s.barred = true, true
		}
	}
	return factor
}

// silenced reports whether the action just made would have come from where nothing comes from.
func (s *Simulation) silenced() bool {
	return s.onPlatform >= 0 && s.noPlatform[s.onPlatform] || s.inChannel >= 0 && s.noChannel[s.inChannel]
}
