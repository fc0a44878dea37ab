package processors

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	// cutEvery is after how many records signals are cut where no tick cuts them. Like every cut it is a place in the log
	// (ADR 5), so it may change only together with the version of the snapshots.
	cutEvery = 50_000
	// chunkSteps bounds one signal, to stay far below the broker's limit of a message. It is part of a cut as well.
	chunkSteps = 20_000
	// idleMS is how long nothing must have come for a community before a tick of the present moves it wherever it stands:
	// long enough to start a killed import again.
	idleMS = 60_000
)

// Members is the fold of the members stage: everything that needs every action of a member.
type Members struct {
	partition, partitions int32
	communities           map[string]*community
	order                 []*community // as they were first seen, so that no map's order shows
	sinceCut              int
	chunk                 int   // chunkSteps, less in tests
	next                  int64 // the offset after the last record applied

	action     schemas.Action
	arena      arena
	floats     floats
	actions    schemas.ActionRows
	members    schemas.MemberRows
	memberDays schemas.MemberDayRows
	out        Outputs
}

// NewMembers returns the empty fold of one of partitions partitions of rollcall.actions.
func NewMembers(partition, partitions int) *Members {
	m := &Members{partition: int32(partition), partitions: int32(partitions), communities: map[string]*community{}, chunk: chunkSteps}
	m.out.Rows = []schemas.Rows{&m.actions, &m.members, &m.memberDays}
	return m
}

// Apply implements Fold.
func (m *Members) Apply(offset int64, value []byte) {
	m.next = offset + 1
	m.sinceCut++
	kept := m.arena.keep(value)
	control, err := schemas.DecodeRecord(kept, &m.action)
	switch {
	case err != nil:
		m.reject(offset, kept, err)
	case control == nil:
		m.act(&m.action)
	case control.Settings != nil:
		m.community([]byte(control.Settings.Community)).configure(control.Settings)
	default:
		m.tick(control.Tick)
		m.cut()
	}
	if m.sinceCut >= cutEvery {
		m.cut()
	}
}

// community returns the state of a community, a new one for a new name.
func (m *Members) community(name []byte) *community {
	c := m.communities[string(name)]
	if c == nil {
		c = newCommunity(string(name))
		m.communities[c.name] = c
		m.order = append(m.order, c)
	}
	return c
}

func (m *Members) act(a *schemas.Action) {
	c := m.community(a.Community)
	if !c.greeted { // stream time of a community is the least of all its partitions', so the others are to hear of it
		c.greeted = true
		m.out.Hellos = append(m.out.Hellos, c.name)
	}
	c.heard = max(c.heard, a.Received)
	if c.seen.Seen(a.ID, a.Member, c.time) {
		m.out.Stats.Repeats++
		return
	}
	late := c.time != unset && a.Time < c.time-c.lateness
	m.actionRow(a, late)
	m.out.Stats.Actions++
	if late {
		c.late++
		m.out.Stats.Late++
		return
	}
	c.advance(a.Time)
	c.seen.Add(a.ID, a.Member, a.Time, c.time)
	c.apply(a, m)
}

// tick moves stream time. A tick of the present moves a community on the wall clock only if the community is live, or
// silent: a history that is being sent into it must not become late because the present has come.
func (m *Members) tick(t *actionpb.Tick) {
	if t.Community != "" {
		c := m.community([]byte(t.Community))
		c.heard = max(c.heard, t.Appended)
		if t.Time > 0 { // else it only says that the community is there
			c.advance(t.Time)
		}
		return
	}
	for _, c := range m.order {
		live := c.time != unset && c.time >= t.Time-c.lateness
		silent := t.Appended-c.heard >= idleMS && (c.time != unset || c.heard > 0) // not: set up, and nothing came yet
		if c.clock == actionpb.Clock_CLOCK_WALL && (live || silent) {
			c.advance(t.Time)
		}
	}
}

// cut sends what each community learnt since the last cut.
func (m *Members) cut() {
	m.sinceCut = 0
	for _, c := range m.order {
		if !c.worthASignal() {
			continue
		}
		s := &actionpb.Signal{
			Version: schemas.Version, Community: c.name, Partition: m.partition, Partitions: m.partitions,
			Cut: m.next, Time: c.time, Late: c.late, Settings: c.changedSettings(),
		}
		deltas, steps := c.tracker.Cut(), 0
		for _, d := range deltas {
			if steps += len(d.End); steps > m.chunk && len(s.Deltas) > 0 {
				m.send(s, true)
				s = &actionpb.Signal{
					Version: s.Version, Community: s.Community, Partition: s.Partition, Partitions: s.Partitions,
					Cut: s.Cut, Time: s.Time, Chunk: s.Chunk + 1,
				}
				steps = len(d.End)
			}
			s.Deltas = append(s.Deltas, d)
		}
		m.send(s, false)
		c.late, c.sent = 0, c.time
	}
}

func (m *Members) send(s *actionpb.Signal, more bool) {
	s.More = more
	b, err := proto.Marshal(s)
	if err != nil { // only a string that is not UTF-8 can do that, and DecodeRecord lets none through
		panic(fmt.Sprintf("a signal of our own making does not encode: %v", err))
	}
	m.out.Signals = append(m.out.Signals, schemas.Record{Key: []byte(s.Community), Value: b})
}

func (m *Members) reject(offset int64, value []byte, err error) {
	r := &actionpb.Rejected{
		Version: schemas.Version, Source: "kafka", Reason: string(schemas.ReasonInvalidField),
		Detail: fmt.Sprintf("record %d of partition %d: %v; write actions as schemas/action.proto says", offset, m.partition, err), Payload: value,
	}
	if errors.Is(err, schemas.ErrVersion) {
		r.Reason = string(schemas.ReasonUnsupportedVersion)
		r.Detail = fmt.Sprintf("record %d of partition %d is of version %d, this program reads up to %d: upgrade Rollcall and resend", offset, m.partition, m.action.Version, schemas.Version)
	}
	m.out.Rejected = append(m.out.Rejected, schemas.RejectedRecord(r))
	m.out.Stats.Rejected++
}

// Waiting implements Fold.
func (m *Members) Waiting() int { return m.actions.Len() + m.memberDays.Len() }

// Uncut implements Fold.
func (m *Members) Uncut() bool { return m.sinceCut > 0 }

// Flush implements Fold.
func (m *Members) Flush() *Outputs {
	for _, c := range m.order {
		c.flush(m)
	}
	return &m.out
}

// Delivered implements Fold.
func (m *Members) Delivered() { m.out.reset() }

// version is written beside the rows of the record applied last.
func (m *Members) version() uint64 { return uint64(m.next) }

func (m *Members) actionRow(a *schemas.Action, late bool) {
	r := &m.actions
	r.Community = append(r.Community, text(a.Community))
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
		value = m.floats.keep(a.Value)
	}
	r.Value = append(r.Value, value)
	var flag uint8
	if late {
		flag = 1
	}
	r.Late = append(r.Late, flag)
	r.Version = append(r.Version, m.version())
}

// Save implements Fold.
func (m *Members) Save(w *state.Writer) {
	w.Uint(uint64(m.partition))
	w.Uint(uint64(m.partitions))
	w.Uint(uint64(m.sinceCut))
	w.Int(m.next)
	w.Uint(uint64(len(m.order)))
	for _, c := range m.order {
		c.save(w)
	}
}

// Load implements Fold.
func (m *Members) Load(r *state.Reader) error {
	if p, n := int32(r.Uint()), int32(r.Uint()); r.Err() == nil && (p != m.partition || n != m.partitions) {
		return fmt.Errorf("snapshot of partition %d of %d, wanted %d of %d", p, n, m.partition, m.partitions)
	}
	m.sinceCut, m.next = int(r.Uint()), r.Int()
	for range r.Len() {
		c, err := loadCommunity(r)
		if err != nil {
			return err
		}
		m.communities[c.name] = c
		m.order = append(m.order, c)
	}
	return r.Done()
}
