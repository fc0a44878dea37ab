package processors

import (
	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn"
	"github.com/rollcall-dev/rollcall/processors/facts"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// begin tells of the days on which something was done, and of who was active for the first time.
func (w *whole) begin(d *actionpb.Series) {
	if d.Interval != uint32(calendar.Day) {
		return
	}
	day := int64(0)
	for i, start := range d.Start {
		if day += start; len(d.Actions) > 0 && d.Actions[i] > 0 {
			w.churn.Begin(int32(day))
		}
		if len(d.First) > 0 && d.First[i] != 0 {
			w.absence.New(d.First[i], int32(day))
		}
	}
}

// learn takes in what a signal tells member by member.
func (w *whole) learn(from *source, s *actionpb.Signal) {
	why := w.churn.Why()
	for _, p := range s.Facts {
		from.members.Read(p, w.roster, func(f facts.Fact) {
			day := w.calendar.Day(f.Time)
			switch f.What {
			case facts.Active:
				w.churn.Active(f.Member, f.Time)
				w.kols.Active(f.Time)
			case uint32(schemas.KindLeave):
				w.churn.Leave(f.Member, f.Time)
				w.left(f, from.time)
			case facts.Bot:
				w.kols.Bot(f.Member, f.Time)
			case facts.FirstInUse:
				why.UseChannel(f.Member, day, f.Channel)
			case facts.FirstOn:
				why.UsePlatform(f.Member, day, f.Platform)
			default:
				why.Use(f.Member, day, schemas.Kind(f.What))
			}
		})
		from.members.ReadContributions(p, w.absence.Contributed)
	}
	for _, p := range s.Ties {
		from.members.ReadTies(p, func(t facts.Tie) {
			day, target := w.calendar.Day(t.Time), w.roster.Member(t.Target)
			if weight, ok := kol.Weight(t.Kind, t.Value); ok {
				why.Tie(t.Member, target, day)
				w.kols.Tie(kol.Tie{Time: t.Time, Actor: t.Member, Target: target, Object: digest(t.Object), Weight: weight})
			} else if weight, ok := kol.Doubt(t.Kind, t.Value); ok {
				w.kols.Tie(kol.Tie{Time: t.Time, Actor: t.Member, Target: target, Weight: weight, Against: true})
			}
			if t.Kind.Contributing() {
				w.absence.Contributed(t.Member, day)
			}
		})
	}
}

// digest names an object; 0 is none.
func digest(object []byte) uint64 {
	if len(object) == 0 {
		return 0
	}
	return max(1, xxh3.Hash(object))
}

// memberOf is what influence takes of a member.
func (w *whole) memberOf(m uint32) kol.Member {
	h := w.churn.History(m)
	if h == nil || h.Total == 0 {
		return kol.Member{Since: -1}
	}
	return kol.Member{Since: int32(h.First), ActiveDays: uint32(h.Total)}
}

// membersAhead is memberOf with the active days up to a midnight to come that are not committed.
func (w *whole) membersAhead(day int32) func(m uint32) kol.Member {
	ahead := w.churn.Ahead(day)
	return func(m uint32) kol.Member {
		out := w.memberOf(m)
		if a, ok := ahead[m]; ok {
			if out.Since < 0 {
				out.Since = a.First
			}
			out.ActiveDays += a.Days
		}
		return out
	}
}

// publishChurn publishes churn, influence and what is unusual. The looks come between the midnights, in the order of stream time.
func (w *whole) publishChurn(c *Communities, label string, now int64, version uint64) {
	place := &kol.Place{Label: label, Now: now, Lateness: w.lateness, Calendar: w.calendar, Version: version, Name: w.roster.Name,
		Member: w.memberOf, Ahead: w.membersAhead, Channel: w.churn.Why().MainChannel}
	w.churn.BeforeMidnight = w.beforeMidnight
	w.churn.OnMidnight = func(day int32, entered []churn.Entry) {
		w.kols.Midnight(day, place, &c.kols)
		w.lead()
		w.midnight(day, entered)
	}
	w.churn.Publish(churn.Place{Label: label, Now: now, Lateness: w.lateness, Calendar: w.calendar, Name: w.roster.Name, Version: version}, &c.churn)
	w.look(now, w.churn.Day())
	w.kols.Publish(place, &c.kols)
	out := func(r schemas.Record) { c.out.Alerts = append(c.out.Alerts, r) }
	if w.staged { // nobody is to hear of a second state
		out = nil
	}
	w.watch.alerts.Publish(label, version, &c.alerts, out)
}

// publishAbsence publishes on how few members the community rests.
func (w *whole) publishAbsence(c *Communities, label string, now int64, version uint64) {
	if first, ok := w.churn.First(); ok {
		w.absence.Publish(label, first, w.churn.Day(), w.calendar.Day(now), version, &c.days)
	}
}
