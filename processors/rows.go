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
func (m *memberRows) action(community string, a *schemas.Action, late bool, restated uint32, version uint64) {
	r := &m.actions
	r.Community.AppendString(community)
	r.ID.Append(a.ID)
	r.Member.Append(a.Member)
	r.Kind.AppendString(a.Kind.String())
	r.Name.Append(a.Name)
	r.Target.Append(a.Target)
	r.Object.Append(a.Object)
	r.Channel.Append(a.Channel)
	r.Platform.Append(a.Platform)
	r.Campaign.Append(a.Campaign)
	r.Properties.Append(a.Properties)
	r.Source.Append(a.Source)
	r.Time = append(r.Time, a.Time)
	r.Received = append(r.Received, a.Received)
	r.Value.Append(a.Value, a.HasValue)
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
