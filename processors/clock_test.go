package processors

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestATickOfThePresentDoesNotMakeAHistoryLate(t *testing.T) {
	m := NewMembers(0, 1)
	const present, history = int64(1_700_000_000_000), int64(1_500_000_000_000)
	offset := int64(0)
	apply := func(b []byte) { m.Apply(offset, b); offset++ }
	act := func(at, received int64) {
		a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: fmt.Append(nil, offset), Kind: schemas.KindPost, Time: at, Received: received}
		apply(a.Append(nil))
	}
	tick := func(at int64) { apply(control(&actionpb.Control{Tick: &actionpb.Tick{Time: at, Appended: at}})) }
	late := func() int64 { defer m.Delivered(); return m.Flush().Stats.Late }

	act(history, present)
	tick(present + 1000)
	act(history+60_000, present+2000)
	if n := late(); n != 0 {
		t.Errorf("%d late actions while a history is being sent, want 0", n)
	}
	tick(present + 2000 + idleMS) // silent now: it catches up with the present
	act(history+120_000, present+20_000)
	if n := late(); n != 1 {
		t.Errorf("%d late actions after the community was silent, want 1", n)
	}
}

// The first hours of 1970 are the day before, west of Greenwich; and a clock that was never set says 0.
func TestTheFirstInstant(t *testing.T) {
	m := NewMembers(0, 1)
	m.Apply(0, control(&actionpb.Control{Settings: &actionpb.Settings{Community: "c", TimeZone: "America/New_York", LatenessMs: 3_600_000}}))
	a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost}
	m.Apply(1, a.Append(nil))
	m.Apply(2, a.Append(nil))
	if s := m.Flush().Stats; s.Actions != 1 || s.Repeats != 1 {
		t.Errorf("%+v, want one action and one repeat", s)
	}
}

// Settings that came before anything else leave a community's time open: a history may follow.
func TestSettingsDoNotStartTheClock(t *testing.T) {
	m := NewMembers(0, 1)
	m.Apply(0, control(&actionpb.Control{Settings: &actionpb.Settings{Community: "c", TimeZone: "Asia/Shanghai", LatenessMs: 3_600_000}}))
	m.Apply(1, control(&actionpb.Control{Tick: &actionpb.Tick{Time: 1_700_000_000_000, Appended: 1_700_000_000_000}}))
	a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost, Time: 1_500_000_000_000}
	m.Apply(2, a.Append(nil))
	if s := m.Flush().Stats; s.Late != 0 {
		t.Errorf("%+v, want nothing late", s)
	}
}

// Settings that arrive where nobody has acted yet, but after another partition has said that somebody did, do not give this
// partition another zone than that one has.
func TestSettingsAfterAHelloComeTooLate(t *testing.T) {
	var days []int32
	for partition, first := range []bool{true, false} {
		m := NewMembers(partition, 2)
		offset := int64(0)
		apply := func(b []byte) { m.Apply(offset, b); offset++ }
		act := func() {
			a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost, Time: 1_700_006_400_000, Received: 1}
			apply(a.Append(nil))
		}
		if first {
			act()
		}
		apply(control(&actionpb.Control{Tick: &actionpb.Tick{Community: "c", Appended: 5}})) // the hello
		apply(control(&actionpb.Control{Settings: &actionpb.Settings{Community: "c", TimeZone: "America/New_York", LatenessMs: 3_600_000}}))
		if !first {
			act()
		}
		days = append(days, m.Flush().Rows[2].(*schemas.MemberDayRows).Day...)
	}
	if len(days) != 2 || days[0] != days[1] {
		t.Errorf("one instant is on days %v in the two partitions", days)
	}
}

// What is rejected must fit into a record itself, however large it was, and communities have names that can be.
func TestLargeAndMisnamedRecordsAreParked(t *testing.T) {
	large := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost, Properties: bytes.Repeat([]byte("x"), 950_000)}
	staged := schemas.Action{Version: 1, Community: []byte("c@1"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost}
	for _, value := range [][]byte{bytes.Repeat([]byte("x"), 1_000_000), large.Append(nil), staged.Append(nil),
		control(&actionpb.Control{Settings: &actionpb.Settings{Community: "c@1"}}), control(&actionpb.Control{Rebuild: &actionpb.Rebuild{Community: "c@1", Swap: true}})} {
		m := NewMembers(0, 1)
		m.Apply(0, value)
		out := m.Flush()
		if len(out.Rejected) != 1 || len(out.Rejected[0].Value) > 600_000 || out.RowCount() > 0 {
			t.Errorf("%d bytes: %d rejected, %d rows", len(value), len(out.Rejected), out.RowCount())
		}
	}
}

// A tick of a time in which nobody can act moves nothing: there would be a row for every day up to it.
func TestATickBeyondAllTimeMovesNothing(t *testing.T) {
	m := NewMembers(0, 1)
	a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost, Time: 1_700_000_000_000}
	m.Apply(0, a.Append(nil))
	m.Apply(1, control(&actionpb.Control{Tick: &actionpb.Tick{Community: "c", Time: 1 << 60}}))
	c := NewCommunities()
	for i, s := range m.Flush().Signals {
		c.Apply(int64(i), s.Value)
	}
	if n := c.Flush().RowCount(); n == 0 || n > 100 {
		t.Errorf("%d rows, want those of a day", n)
	}
}
