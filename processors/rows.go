package processors

import (
	"github.com/rollcall-dev/rollcall/processors/hours"
	"github.com/rollcall-dev/rollcall/schemas"
)

// memberRows are the rows of the members stage on their way out.
type memberRows struct {
	actions    schemas.ActionRows
	members    schemas.MemberRows
	memberDays schemas.MemberDayRows
	hours      schemas.ActiveHourRows
}

func (m *memberRows) sets() []schemas.Rows {
	return []schemas.Rows{&m.actions, &m.members, &m.memberDays, &m.hours}
}

func (m *memberRows) waiting() int { return m.actions.Len() + m.memberDays.Len() }

// action appends the row of an action under a community's name or a rebuild's. restated is the rebuild that says anew
// whether it is late, 0 where it arrives.
func (m *memberRows) action(community string, a *schemas.Action, late bool, restated uint32, version uint64, f *floats) {
	r := &m.actions
	r.Community = append(r.Community, community)
	r.ID = append(r.ID, text(a.ID))
	r.Member = append(r.Member, text(a.Member))
	r.Kind = append(r.Kind, a.Kind.String())
	r.Name = append(r.Name, text(a.Name))
	r.Target = append(r.Target, text(a.Target))
	r.Object = append(r.Object, text(a.Object))
	r.Channel = append(r.Channel, text(a.Channel))
	r.Platform = append(r.Platform, text(a.Platform))
	r.Campaign = append(r.Campaign, text(a.Campaign))
	r.Properties = append(r.Properties, text(a.Properties))
	r.Source = append(r.Source, text(a.Source))
	r.Time = append(r.Time, a.Time)
	r.Received = append(r.Received, a.Received)
	var value *float64
	if a.HasValue {
		value = f.keep(a.Value)
	}
	r.Value = append(r.Value, value)
	r.Late = append(r.Late, flag(late))
	r.Restated = append(r.Restated, restated)
	r.Version = append(r.Version, version)
}

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// hourRow appends a cell of active_hours. Member "" is the whole community.
func hourRow(r *schemas.ActiveHourRows, community, member string, hour int, actions, version uint64) {
	r.Community = append(r.Community, community)
	r.Member = append(r.Member, member)
	r.Hour = append(r.Hour, uint32(hour))
	r.Actions = append(r.Actions, actions)
	r.Version = append(r.Version, version)
	r.Definition = append(r.Definition, hours.Definition)
}
