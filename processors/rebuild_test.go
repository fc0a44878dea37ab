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
	offset int64
}

func (x *archived) restated() *actionpb.Restated {
	return &actionpb.Restated{Action: x.action.Append(nil), Late: x.late, Offset: x.offset}
}

// send returns the action's offset.
func (p *pipeline) send(a *schemas.Action) int64 {
	q := p.partition(a)
	p.logs[q] = append(p.logs[q], a.Append(nil))
	return int64(len(p.logs[q])) - 1
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
			parts[q] = append(parts[q], x.restated())
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
	for _, x := range meanwhile() { // these are kept, and come from the archive as well
		q := p.partition(&x.action)
		p.logs[q] = append(p.logs[q], control(step(&actionpb.Rebuild{Actions: []*actionpb.Restated{x.restated()}})))
	}
	meanwhile()
	p.broadcast(step(&actionpb.Rebuild{Swap: true}))
}

// What differs by nature: which rebuild said it, and how many there were.
var ofRebuilds = regexp.MustCompile(`(restated|epoch)=\d+ `)

func withoutEpochs(tables map[string]string) map[string]string {
	tables = withoutAlerts(tables) // their names tell of the epoch
	for k, v := range tables {
		tables[k] = ofRebuilds.ReplaceAllString(v, "")
	}
	return tables
}

// After a rebuild all tables are those of an instance that got everything in order; whatever was late before, whatever
// comes meanwhile, whichever zone there was before, and wherever processes crash.
func TestARebuildGivesTheTablesOfOrder(t *testing.T) {
	testkit.Alone(t)
	saw, cases := map[string]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		zones := []string{"America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"}
		staff := rapid.SampledFrom([][]string{nil, {"m2"}}).Draw(t, "staff")
		before := &actionpb.Settings{Community: "a", TimeZone: rapid.SampledFrom(zones).Draw(t, "before"), Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: 3_600_000, Staff: staff, Bots: []string{"m4"}}
		after := &actionpb.Settings{Community: "a", TimeZone: rapid.SampledFrom(zones).Draw(t, "after"), Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: 3_600_000,
			Weights: []*actionpb.Weight{{Kind: actionpb.Kind_KIND_POST, Weight: 7}}, Revision: 1, Staff: staff, Bots: []string{"m4"}}
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
				ID: fmt.Append(nil, i), Kind: rapid.SampledFrom([]schemas.Kind{schemas.KindPost, schemas.KindView, schemas.KindReact, schemas.KindDownvote}).Draw(t, "kind"),
				Target: fmt.Appendf(nil, "m%d", rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 6}).Draw(t, "target")), Object: []byte("o"),
				Channel: []byte(rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "channel")), Time: now}
			if behind > 0 && rapid.IntRange(0, 2).Draw(t, "late") == 0 {
				a.Time -= rapid.Int64Range(0, behind).Draw(t, "behind")
			}
			return a
		}
		times := make([]int64, n) // stream time in each partition, to know what the archive says of lateness
		live := func(behind int64) {
			a := draw(behind)
			offset := messy.send(&a)
			q := messy.partition(&a)
			late := times[q] > 0 && a.Time < times[q]-before.LatenessMs
			times[q] = max(times[q], a.Time)
			all = append(all, archived{a, late, offset})
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
		messy.torn = func() int { return rapid.IntRange(0, 12).Draw(t, "signals") }
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
		cases++
		for what := range ofLeaders(got) {
			saw[what]++
		}
	})
	for _, what := range leaderRows {
		if 10*saw[what] < cases {
			t.Errorf("%d of %d cases were a test of %s", saw[what], cases, what)
		}
	}
}
