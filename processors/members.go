package processors

import (
	"errors"
	"fmt"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// idleMS is how long nothing must have come for a community before a tick of the present moves it wherever it stands:
// long enough to start a killed import again.
const idleMS = 60_000

// Members is the fold of the members stage: everything that needs every action of a member.
type Members struct {
	partition, partitions int32
	communities           map[string]*community
	last                  *community   // that was asked for
	order                 []*community // as they were first seen, so that no map's order shows
	sinceCut              int
	chunk                 int   // chunkPlaces, less in tests
	kept                  int   // maxKept, less in tests
	next                  int64 // the offset after the last record applied

	ahead ahead
	again decoded // of what a rebuild brings
	rows  memberRows
	out   Outputs
}

// NewMembers returns the empty fold of one of partitions partitions of rollcall.actions.
func NewMembers(partition, partitions int) *Members {
	m := &Members{partition: int32(partition), partitions: int32(partitions), communities: map[string]*community{}, chunk: chunkPlaces, kept: maxKept}
	m.out.Rows = m.rows.sets()
	return m
}

// Apply implements Fold.
func (m *Members) Apply(offset int64, value []byte) {
	m.next = offset + 1
	m.sinceCut++
	r := m.ahead.take(value)
	switch control := r.control; {
	case r.err != nil:
		m.reject(offset, value, r.err, r.action.Version)
	case control == nil:
		m.act(r)
	case control.Settings != nil:
		m.community([]byte(control.Settings.Community)).configure(control.Settings)
	case control.Rebuild != nil:
		m.sinceCut += len(control.Rebuild.Actions)
		m.rebuild(control.Rebuild)
	default:
		m.tick(control.Tick)
		m.cut()
	}
	if m.sinceCut >= cutEvery {
		m.cut()
	}
}

// Park implements Fold.
func (m *Members) Park(offset int64, value []byte, why string) {
	m.next = offset + 1
	m.sinceCut++
	m.ahead.forget() // the record itself may be among what was announced, and is never taken
	m.reject(offset, value, errors.New(why), 0)
}

// find returns the state of a community, nil for a new name.
func (m *Members) find(name []byte) *community {
	if m.last != nil && m.last.name == string(name) { // mostly
		return m.last
	}
	m.last = m.communities[string(name)]
	return m.last
}

// community returns the state of a community, a new one for a new name.
func (m *Members) community(name []byte) *community {
	c := m.find(name)
	if c == nil {
		c = newCommunity(string(name))
		m.communities[c.name] = c
		m.order = append(m.order, c)
	}
	return c
}

func (m *Members) act(r *decoded) {
	a := &r.action
	c := m.community(a.Community)
	if !c.greeted { // stream time of a community is the least of all its partitions', so the others are to hear of it
		c.greeted = true
		m.out.Hellos = append(m.out.Hellos, c.name)
	}
	c.heard = max(c.heard, a.Received)
	late, repeated := c.take(r, m)
	if repeated {
		m.out.Stats.Repeats++
		return
	}
	m.rows.action(c.name, a, late, 0, uint64(m.next))
	m.out.Stats.Actions++
	if late {
		m.out.Stats.Late++
	}
	if c.next != nil {
		m.keep(c.next, r.value, late)
	}
}

// tick moves stream time. A tick of the present moves a community on the wall clock only if the community is live, or
// silent: a history that is being sent into it must not become late because the present has come.
func (m *Members) tick(t *actionpb.Tick) {
	if t.Community != "" {
		c := m.community([]byte(t.Community))
		if t.Epoch > 0 {
			if c.next != nil && c.next.epoch == t.Epoch {
				c.next.advance(min(t.Time, c.time)) // another partition's newest may lie in the future
			}
			return
		}
		c.heard = max(c.heard, t.Appended)
		if t.Time > 0 { // else it only says that the community is there
			c.advance(t.Time)
		}
		return
	}
	for _, c := range m.order {
		if c.again > 0 {
			c.again--
			c.swapping = c.again == 0
		}
		live := c.time != unset && c.time >= t.Time-c.lateness
		silent := t.Appended-c.heard >= idleMS && (c.time != unset || c.heard > 0) // not: set up, and nothing came yet
		if c.clock == actionpb.Clock_CLOCK_WALL && (live || silent) {
			c.advance(t.Time)
		}
	}
}

func (m *Members) reject(offset int64, value []byte, err error, version uint32) {
	r := &actionpb.Rejected{
		Version: schemas.Version, Source: "kafka", Reason: string(schemas.ReasonInvalidField),
		Detail: fmt.Sprintf("record %d of partition %d: %v; write actions as schemas/action.proto says", offset, m.partition, err), Payload: value,
	}
	if errors.Is(err, schemas.ErrVersion) {
		r.Reason = string(schemas.ReasonUnsupportedVersion)
		r.Detail = fmt.Sprintf("record %d of partition %d is of version %d, this program reads up to %d: upgrade Rollcall and resend", offset, m.partition, version, schemas.Version)
	}
	m.out.Rejected = append(m.out.Rejected, schemas.RejectedRecord(r))
	m.out.Stats.Rejected++
}

// Waiting implements Fold.
func (m *Members) Waiting() int { return m.rows.waiting() }

// Uncut implements Fold.
func (m *Members) Uncut() bool { return m.sinceCut > 0 }

// Busy implements Fold.
func (m *Members) Busy() bool { return false }

// Flush implements Fold.
func (m *Members) Flush() *Outputs {
	for _, c := range m.order {
		c.flush(m)
		if c.next != nil {
			c.next.flush(m)
		}
	}
	return &m.out
}

// Delivered implements Fold.
func (m *Members) Delivered() { m.out.reset() }

// Save implements Fold.
func (m *Members) Save(w *state.Writer) {
	w.Uint(stateVersion)
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
	if v := r.Uint(); v != stateVersion {
		return fmt.Errorf("state of version %d, this program's is %d: %w", v, stateVersion, state.ErrDamaged)
	}
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
