package processors

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// More live actions between mark and swap than may be kept, in one of two partitions: the rebuild goes on, and what it
// brings is the same.
func TestARebuildThatCannotKeepUpFoldsDirectly(t *testing.T) {
	run := func(most int) map[string]string {
		p := &pipeline{logs: make([][][]byte, 2), tables: testkit.Tables{}}
		var archive []archived
		act := func(i int) {
			a := schemas.Action{Version: 1, Community: []byte("a"), Member: fmt.Append(nil, "m", i%3), ID: fmt.Append(nil, i), Kind: schemas.KindPost, Time: 1_700_000_000_000 + int64(i)}
			archive = append(archive, archived{action: a, offset: p.send(&a)})
		}
		step := func(r *actionpb.Rebuild) {
			r.Community, r.Epoch = "a", 1
			p.broadcast(&actionpb.Control{Rebuild: r})
		}
		for i := range 10 {
			act(i)
		}
		step(&actionpb.Rebuild{Begin: &actionpb.Settings{Community: "a", TimeZone: "Asia/Shanghai", LatenessMs: 3_600_000}})
		step(&actionpb.Rebuild{Mark: true})
		for i := range 20 {
			act(10 + i)
		}
		for _, x := range archive { // those behind the mark as well
			q := p.partition(&x.action)
			p.logs[q] = append(p.logs[q], control(&actionpb.Control{Rebuild: &actionpb.Rebuild{Community: "a", Epoch: 1, Actions: []*actionpb.Restated{x.restated()}}}))
		}
		step(&actionpb.Rebuild{Swap: true})
		p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: 1_700_000_100_000}})
		owners := []*owner{{log: func() [][]byte { return p.signals }, fold: NewCommunities()}}
		for q := range p.logs {
			m := NewMembers(q, len(p.logs))
			if q == 0 {
				m.kept = most
			}
			owners = append(owners, &owner{log: func() [][]byte { return p.logs[q] }, fold: m})
		}
		slices.Reverse(owners)
		for _, o := range owners {
			o.step(1 << 30)
			o.deliver(p, -1)
		}
		return p.tables.Final()
	}
	want := run(maxKept)
	if !strings.Contains(want["communities|a"], "epoch=1") {
		t.Fatalf("no swap: %s", want["communities|a"])
	}
	if diff := gocmp.Diff(want, run(100)); diff != "" {
		t.Errorf("-kept +folded directly:\n%s", diff)
	}
}

// A rebuild that is given up on its way has changed nothing, not even what the archive says of lateness.
func TestARebuildThatIsGivenUpHasChangedNothing(t *testing.T) {
	run := func(steps ...*actionpb.Rebuild) map[string]string {
		p := &pipeline{logs: make([][][]byte, 1), tables: testkit.Tables{}}
		var log []*actionpb.Restated
		for i, at := range []int64{1_700_000_000_000, 1_600_000_000_000, 1_700_000_001_000} {
			a := schemas.Action{Version: 1, Community: []byte("a"), Member: []byte("m"), ID: fmt.Append(nil, i), Kind: schemas.KindPost, Time: at}
			x := archived{action: a, late: i == 1, offset: p.send(&a)}
			log = append(log, x.restated())
		}
		for _, r := range steps {
			if r.Community, r.Epoch = "a", 1; r.Actions != nil {
				r.Actions = []*actionpb.Restated{log[1], log[0], log[2]}
			}
			p.broadcast(&actionpb.Control{Rebuild: r})
		}
		o := &owner{log: func() [][]byte { return p.logs[0] }, fold: NewMembers(0, 1)}
		o.step(1 << 30)
		o.deliver(p, -1)
		return p.tables.Final()
	}
	feed := &actionpb.Rebuild{Actions: []*actionpb.Restated{}}
	for _, steps := range [][]*actionpb.Rebuild{
		{{Begin: &actionpb.Settings{Community: "a"}}, feed},
		{{Begin: &actionpb.Settings{Community: "a"}}, feed, {Mark: true}, {GiveUp: true}, {Swap: true}},
	} {
		if diff := gocmp.Diff(run(), run(steps...)); diff != "" {
			t.Errorf("-without +with a rebuild that was given up:\n%s", diff)
		}
	}
}

// A crash at each step of the delivery that holds the swap: what the next life writes again under the old names must not
// stay there, because the communities stage has moved it already.
func TestTheSwapIsToldWhenAllIsWritten(t *testing.T) {
	log := &pipeline{logs: make([][][]byte, 1)}
	for i := range 10 { // days enough for some to make room
		log.send(&schemas.Action{Version: 1, Community: []byte("a"), Member: []byte("m"), ID: fmt.Append(nil, i), Kind: schemas.KindPost, Time: 1_700_000_000_000 + int64(i)*dayMS})
	}
	step := func(r *actionpb.Rebuild) {
		r.Community, r.Epoch = "a", 1
		log.broadcast(&actionpb.Control{Rebuild: r})
	}
	step(&actionpb.Rebuild{Begin: &actionpb.Settings{Community: "a", TimeZone: "Asia/Shanghai"}}) // where it is the next day
	var again []*actionpb.Restated
	for _, b := range log.logs[0][:10] {
		again = append(again, &actionpb.Restated{Action: b})
	}
	step(&actionpb.Rebuild{Actions: again, Mark: true})
	swap := len(log.logs[0])
	step(&actionpb.Rebuild{Swap: true})

	run := func(torn int, each bool) map[string]string {
		p := &pipeline{logs: log.logs, tables: testkit.Tables{}}
		members := &owner{log: func() [][]byte { return p.logs[0] }, fold: NewMembers(0, 1)}
		communities := &owner{log: func() [][]byte { return p.signals }, fold: NewCommunities()}
		follow := func() {
			communities.step(1 << 30)
			hook := p.delivered
			p.delivered = nil
			communities.deliver(p, -1)
			p.delivered = hook
		}
		both := func(n, torn int) {
			members.step(n)
			if p.delivered = nil; each {
				p.delivered = follow
			}
			members.deliver(p, torn)
			p.delivered = nil
			follow()
		}
		if each { // all in one delivery, and the other stage follows at each step of it
			both(1<<30, -1)
			return p.tables.Final()
		}
		if torn >= 0 { // a first life that ends on the way
			both(1<<30, torn)
			members.fold, members.next = NewMembers(0, 1), 0
		}
		both(swap, -1)
		both(1, -1)
		both(0, -1)
		return p.tables.Final()
	}
	want := run(-1, false)
	if diff := gocmp.Diff(want, run(-1, true)); diff != "" {
		t.Fatalf("-calm +when the other stage is fast:\n%s", diff)
	}
	for torn := range 8 {
		if diff := gocmp.Diff(want, run(torn, false)); diff != "" {
			t.Fatalf("-calm +after a crash at step %d of the delivery:\n%s", torn, diff)
		}
	}
}

// What may change at any time goes along at a swap, as it is then: the bots, the staff and the rules of alerts.
func TestASwapTakesTheSettingsAlong(t *testing.T) {
	m := NewMembers(0, 1)
	apply := func(c *actionpb.Control) { m.Apply(m.next, control(c)) }
	set := &actionpb.Settings{Community: "a", LatenessMs: 3_600_000}
	apply(&actionpb.Control{Settings: set})
	a := schemas.Action{Version: 1, Community: []byte("a"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost, Time: 1_700_000_000_000}
	m.Apply(m.next, a.Append(nil))
	apply(&actionpb.Control{Rebuild: &actionpb.Rebuild{Community: "a", Epoch: 1, Begin: set}})
	now := &actionpb.Settings{Community: "a", LatenessMs: 3_600_000, Bots: []string{"b"}, Staff: []string{"s"}, Alerting: &actionpb.Alerting{QuietHours: "22:00-08:00"}}
	apply(&actionpb.Control{Settings: now})
	apply(&actionpb.Control{Rebuild: &actionpb.Rebuild{Community: "a", Epoch: 1, Swap: true}})
	c := m.communities["a"]
	got := c.settings
	if diff := gocmp.Diff([]any{uint32(1), now.Bots, now.Staff, "22:00-08:00"}, []any{c.epoch, got.Bots, got.Staff, got.GetAlerting().GetQuietHours()}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
