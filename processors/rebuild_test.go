package processors

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// archive is a community's actions as they lie in the table, in the order of their arrival.
type archived struct {
	action schemas.Action
	late   bool
}

func (p *pipeline) send(a *schemas.Action) {
	q := p.partition(a)
	p.logs[q] = append(p.logs[q], a.Append(nil))
}

func (p *pipeline) partition(a *schemas.Action) int {
	return int(xxh3.Hash(a.Key(nil)) % uint64(len(p.logs)))
}

func (p *pipeline) broadcast(c *actionpb.Control) {
	for q := range p.logs {
		p.logs[q] = append(p.logs[q], control(c))
	}
}

// rebuild appends what the command appends: begin, the archive in event-time order, mark, what comes meanwhile, swap.
func (p *pipeline) rebuild(t *rapid.T, epoch uint32, settings *actionpb.Settings, archive []archived, meanwhile func() []archived) {
	step := func(r *actionpb.Rebuild) *actionpb.Control {
		r.Community, r.Epoch = "a", epoch
		return &actionpb.Control{Rebuild: r}
	}
	p.broadcast(step(&actionpb.Rebuild{Begin: settings}))
	archive = slices.Clone(archive)
	slices.SortStableFunc(archive, func(x, y archived) int { return cmp.Compare(x.action.Time, y.action.Time) })
	for len(archive) > 0 {
		n := min(len(archive), rapid.IntRange(1, 20).Draw(t, "batch"))
		parts := make([][]*actionpb.Restated, len(p.logs))
		for _, x := range archive[:n] {
			q := p.partition(&x.action)
			parts[q] = append(parts[q], &actionpb.Restated{Action: x.action.Append(nil), Late: x.late})
		}
		for q, part := range parts {
			if len(part) > 0 {
				p.logs[q] = append(p.logs[q], control(step(&actionpb.Rebuild{Actions: part})))
			}
		}
		p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Epoch: epoch, Time: archive[n-1].action.Time}})
		archive = archive[n:]
	}
	p.broadcast(step(&actionpb.Rebuild{Mark: true}))
	twice := meanwhile() // these are kept, and come from the archive as well
	from := make([]int64, len(p.logs))
	for q := range p.logs {
		from[q] = int64(len(p.logs[q]))
	}
	for _, x := range twice {
		q := p.partition(&x.action)
		p.logs[q] = append(p.logs[q], control(step(&actionpb.Rebuild{Actions: []*actionpb.Restated{{Action: x.action.Append(nil), Late: x.late}}})))
	}
	meanwhile()
	for q := range p.logs {
		p.logs[q] = append(p.logs[q], control(step(&actionpb.Rebuild{Swap: from[q]})))
	}
}

// What differs by nature: which rebuild said it, and how many there were.
var ofRebuilds = regexp.MustCompile(`(restated|epoch)=\d+ `)

func withoutEpochs(tables map[string]string) map[string]string {
	for k, v := range tables {
		tables[k] = ofRebuilds.ReplaceAllString(v, "")
	}
	return tables
}

// After a rebuild all tables are those of an instance that got everything in order; whatever was late before, whatever
// comes meanwhile, whichever zone there was before, and wherever processes crash.
func TestARebuildGivesTheTablesOfOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zones := []string{"America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"}
		before := &actionpb.Settings{Community: "a", TimeZone: rapid.SampledFrom(zones).Draw(t, "before"), Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: 3_600_000}
		after := &actionpb.Settings{Community: "a", TimeZone: rapid.SampledFrom(zones).Draw(t, "after"), Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: 3_600_000,
			Weights: []*actionpb.Weight{{Kind: actionpb.Kind_KIND_POST, Weight: 7}}, Revision: 1}
		n := rapid.IntRange(1, 3).Draw(t, "partitions")
		ordered, messy := &pipeline{logs: make([][][]byte, n)}, &pipeline{logs: make([][][]byte, n)}
		ordered.broadcast(&actionpb.Control{Settings: after})
		messy.broadcast(&actionpb.Control{Settings: before})

		var all []archived
		now, i := int64(1_699_000_000_000), 0
		draw := func(behind int64) schemas.Action {
			now += rapid.Int64Range(0, 40_000_000).Draw(t, "step")
			i++
			a := schemas.Action{Version: 1, Community: []byte("a"), Member: fmt.Appendf(nil, "m%d", rapid.IntRange(0, 5).Draw(t, "member")),
				ID: fmt.Append(nil, i), Kind: rapid.SampledFrom([]schemas.Kind{schemas.KindPost, schemas.KindView}).Draw(t, "kind"),
				Channel: []byte(rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "channel")), Time: now}
			if behind > 0 && rapid.IntRange(0, 2).Draw(t, "late") == 0 {
				a.Time -= rapid.Int64Range(0, behind).Draw(t, "behind")
			}
			return a
		}
		times := make([]int64, n) // stream time in each partition, to know what the archive says of lateness
		live := func(behind int64) {
			a := draw(behind)
			messy.send(&a)
			q := messy.partition(&a)
			late := times[q] > 0 && a.Time < times[q]-before.LatenessMs
			times[q] = max(times[q], a.Time)
			all = append(all, archived{a, late})
		}
		tick := func() {
			messy.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: now}})
			for q := range times {
				times[q] = max(times[q], now)
			}
		}
		for range rapid.IntRange(1, 40).Draw(t, "history") {
			live(400_000_000)
			if rapid.IntRange(0, 3).Draw(t, "tick") == 0 {
				tick()
			}
		}
		rounds := rapid.IntRange(1, 2).Draw(t, "rebuilds")
		for epoch := range uint32(rounds) {
			archive := slices.Clone(all)
			for i := range all {
				all[i].late = false
			}
			messy.rebuild(t, epoch+1, after, archive, func() []archived {
				n := len(all)
				for range rapid.IntRange(0, 10).Draw(t, "meanwhile") {
					live(0)
				}
				return all[n:]
			})
			for range rapid.IntRange(0, 10).Draw(t, "afterwards") {
				live(0)
			}
		}
		sorted := slices.Clone(all)
		slices.SortStableFunc(sorted, func(x, y archived) int { return cmp.Compare(x.action.Time, y.action.Time) })
		for _, x := range sorted {
			ordered.send(&x.action)
		}
		for _, p := range []*pipeline{ordered, messy} {
			p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: now}})
		}
		calm := func(string) bool { return false }
		want := withoutEpochs(ordered.run(t, func() int { return 1 << 30 }, calm))
		if diff := gocmp.Diff(want, withoutEpochs(messy.run(t, func() int { return 1 << 30 }, calm))); diff != "" {
			t.Fatalf("-in order +rebuilt:\n%s", diff)
		}
		crashes := 0
		got := withoutEpochs(messy.run(t, func() int { return rapid.IntRange(1, 20).Draw(t, "records") }, func(what string) bool {
			if rapid.IntRange(0, 4).Draw(t, what) > 0 || what != "snapshot" && crashes > 12 {
				return false
			}
			crashes++
			return true
		}))
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("-in order +rebuilt, with crashes:\n%s", diff)
		}
	})
}

// More live actions between mark and swap than may be kept: the rebuild is given up, and nothing else changes.
func TestARebuildThatCannotKeepUpIsGivenUp(t *testing.T) {
	run := func(rebuilt bool) map[string]string {
		m, tables, offset := NewMembers(0, 1), testkit.Tables{}, int64(0)
		m.kept = 3
		apply := func(b []byte) { m.Apply(offset, b); offset++ }
		step := func(r *actionpb.Rebuild) {
			if r.Community, r.Epoch = "a", 1; rebuilt {
				apply(control(&actionpb.Control{Rebuild: r}))
			} else {
				offset++
			}
		}
		act := func(i int) {
			a := schemas.Action{Version: 1, Community: []byte("a"), Member: []byte("m"), ID: fmt.Append(nil, i), Kind: schemas.KindPost, Time: 1_700_000_000_000 + int64(i)}
			apply(a.Append(nil))
		}
		act(0)
		step(&actionpb.Rebuild{Begin: &actionpb.Settings{Community: "a"}})
		step(&actionpb.Rebuild{Mark: true})
		for i := range 5 {
			act(i + 1)
		}
		step(&actionpb.Rebuild{Swap: 1})
		for _, r := range m.Flush().Rows {
			tables.Write(r)
		}
		return tables.Final()
	}
	if diff := gocmp.Diff(run(false), run(true)); diff != "" {
		t.Errorf("-without +with a rebuild that was given up:\n%s", diff)
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
	step(&actionpb.Rebuild{Swap: 1})

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
