package processors

import (
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
