package processors

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const livesDays = 78

// lives is a community long enough for churn: members come, fall silent for days or for more than a month, leave, come
// back; a dozen leave within an hour, and another dozen fall silent at once. It has two circles with a few leaders each.
type lives struct {
	*rand.Rand
	begin    int64
	lateness int64
	actions  []schemas.Action
	arrival  []int64 // of each, at most the lateness after it happened
}

func newLives(seed uint64) *lives {
	l := &lives{Rand: rand.New(rand.NewPCG(seed, 7)), begin: 1_697_000_000_000} // clocks go back in between
	l.lateness = []int64{0, 3_600_000, 26 * 3_600_000}[seed%3]
	for m := range 20 {
		l.member(fmt.Sprint("m", m), l.IntN(30))
	}
	const crowd = 14
	leave := l.begin + 45*dayMS + l.Int64N(dayMS)
	for m := range crowd {
		last := 37 + l.IntN(4)
		for d := 30; d < last; d += 1 + l.IntN(2) {
			l.active(fmt.Sprint("left", m), d)
		}
		l.act(fmt.Sprint("left", m), schemas.KindLeave, leave+l.Int64N(3_000_000))
		for d := range 36 {
			if d == 0 || d > 32 || l.IntN(3) == 0 {
				l.active(fmt.Sprint("silent", m), d)
			}
		}
	}
	return l
}

// member lives from a day on.
func (l *lives) member(name string, day int) {
	for last := day; day < livesDays; {
		often := 1 + l.IntN(3)
		for n := 1 + l.IntN(14); n > 0 && day < livesDays; n-- {
			for range 1 + l.IntN(2) {
				l.active(name, day)
			}
			last, day = day, day+1+l.IntN(often)
		}
		if l.IntN(4) == 0 {
			l.act(name, schemas.KindLeave, l.begin+int64(last)*dayMS+l.Int64N(dayMS))
			for range 3 { // before it and after it, that day
				l.active(name, last)
			}
		}
		day += []int{2, 9, 31, 32, 45}[l.IntN(5)]
	}
}

func (l *lives) active(name string, day int) {
	kinds := []schemas.Kind{schemas.KindPost, schemas.KindMessage, schemas.KindComment, schemas.KindView, schemas.KindViolation,
		schemas.KindVote, schemas.KindReact, schemas.KindDownvote}
	l.act(name, kinds[l.IntN(len(kinds))], l.begin+int64(day)*dayMS+l.Int64N(dayMS))
}

func (l *lives) act(name string, kind schemas.Kind, at int64) {
	a := schemas.Action{Version: 1, Community: []byte("a"), Member: []byte(name), Kind: kind, Time: at, ID: fmt.Append(nil, len(l.actions)),
		Channel: []byte([]string{"", "x", "y", string(name[0])}[l.IntN(4)])}
	if l.IntN(2) == 0 {
		a.Target, a.Object = l.admired(name), fmt.Appendf(nil, "o%d", l.IntN(9))
	}
	if kind == schemas.KindVote {
		a.Value, a.HasValue = []float64{1, 3, 0.25, 8, 0, -2}[l.IntN(6)], l.IntN(4) > 0
	}
	if l.IntN(200) == 0 {
		a.Properties = []byte(`{"is_bot":true}`)
	}
	behind := min(l.lateness, 600_000)
	if l.IntN(4) == 0 || kind == schemas.KindLeave && l.IntN(2) == 0 {
		behind = l.lateness
	}
	l.actions, l.arrival = append(l.actions, a), append(l.arrival, at+l.Int64N(behind+1))
}

// admired is mostly one of the first of a member's own circle.
func (l *lives) admired(name string) []byte {
	circle := int(name[len(name)-1]) % 2
	if l.IntN(10) == 0 {
		circle = 1 - circle
	}
	return fmt.Appendf(nil, "m%d", 2*min(l.IntN(10), l.IntN(10), l.IntN(10))+circle)
}

// logs lays the actions out in the order of their arrival, or in that of their times, some twice, with a tick now and then,
// and one at the end.
func (l *lives) logs(partitions int, inOrder bool) *pipeline {
	r := rand.New(rand.NewPCG(uint64(len(l.actions)), 8)) // the same for each number of partitions
	p := &pipeline{logs: make([][][]byte, partitions), torn: func() int { return l.IntN(13) }}
	configure := func(bots, staff []string) {
		p.broadcast(&actionpb.Control{Settings: &actionpb.Settings{Community: "a", TimeZone: "America/New_York", Clock: actionpb.Clock_CLOCK_DATA,
			LatenessMs: l.lateness, Bots: bots, Staff: staff}})
	}
	configure(nil, nil)
	order, at := make([]int, len(l.actions)), slices.Clone(l.arrival)
	for i := range order {
		if order[i] = i; inOrder {
			at[i] = l.actions[i].Time
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(at[i], at[j]) })
	changes := []func(){func() { configure([]string{"m1", "m5"}, nil) }, func() { configure([]string{"m5"}, []string{"m2", "m3"}) }}
	for _, i := range order {
		if day := l.begin + int64(60-12*len(changes))*dayMS; len(changes) > 0 && at[i] >= day { // at one stream time in all logs
			p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: day}})
			changes[0]()
			changes = changes[1:]
		}
		a := &l.actions[i]
		q := int(xxh3.Hash(a.Key(nil)) % uint64(partitions))
		for range 1 + r.IntN(8)/7 {
			p.logs[q] = append(p.logs[q], a.Append(nil))
		}
		if r.IntN(5) == 0 {
			p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: at[i]}})
		}
	}
	p.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: l.begin + (livesDays+2)*dayMS}})
	return p
}

// seen counts what the read model of a run holds: the states that were entered, what was taken back, alerts.
func (p *pipeline) seen(into map[string]int) {
	for key := range p.tables {
		switch part := strings.Split(key, "|"); part[0] {
		case schemas.TableChurnTransitions:
			into[part[4]]++
		case schemas.TableAlerts:
			kind, _, _ := strings.Cut(part[2], "-")
			into[kind]++
		case schemas.TableChurnModels:
			into[part[0]]++
		}
	}
	final := p.tables.Final()
	for what, n := range ofLeaders(final) {
		into[what] += n
	}
	for key, row := range final {
		if strings.HasPrefix(key, schemas.TableChurnTransitions) {
			into["standing"]++
			if !strings.Contains(row, "reasons=[] ") {
				into["reasons"]++
			}
		}
	}
}

// Laws 3 to 6 over months: neither batches, crashes nor the interleaving of partitions show in any table; the number of
// partitions and the order of arrival show in none but alerts, where a late action counts when its partition hears of it.
func TestChurnAndAlertsDependOnTheLogAlone(t *testing.T) {
	testkit.Alone(t)
	seeds := []uint64{0, 5, uint64(time.Now().UnixNano())}
	for n, _ := strconv.Atoi(os.Getenv("ROLLCALL_SEEDS")); len(seeds) < n; {
		seeds = append(seeds, uint64(len(seeds)))
	}
	saw := map[string]int{}
	for _, seed := range seeds {
		l := newLives(seed)
		calm := func(string) bool { return false }
		order := l.logs(1, true).run(t, func() int { return 1 << 30 }, calm)
		one := l.logs(1, false)
		whole := one.run(t, func() int { return 1 << 30 }, calm)
		one.seen(saw)
		sameTables(t, withoutAlerts(order), withoutAlerts(whole), "seed %d: -in order +with disorder up to %d ms", seed, l.lateness)
		n := 2 + l.IntN(3)
		many := l.logs(n, false)
		want := many.run(t, func() int { return 1 << 30 }, calm)
		many.seen(saw)
		sameTables(t, withoutAlerts(whole), withoutAlerts(want), "seed %d: -one partition +%d", seed, n)
		if maps.Equal(whole, want) {
			saw["alerts of any number of partitions"]++
		}
		if maps.Equal(order, whole) {
			saw["alerts of any order"]++
		}
		most, always := []int{3, 30, 300}[l.IntN(3)], seed%2 == 1
		if always {
			most = 100
		}
		got := many.run(t, func() int { return 1 + l.IntN(most) }, l.mishaps(always, len(l.actions)/most))
		many.seen(saw)
		sameTables(t, want, got, "seed %d: %d partitions, -one batch, no crash +batches up to %d, crashes", seed, n, most)
	}
	t.Log(saw)
	states := []string{"active", "at_risk", "churned", "resurrected", "left", "reasons", schemas.TableChurnModels, "leave_spike", "churn_spike"}
	for _, what := range slices.Concat(states, leaderRows, []string{"a change of rank", "a bridge", "two clusters", "a leader at risk", "a leader who left", "a leader who churned"}) {
		if saw[what] == 0 {
			t.Errorf("it was no test of %s", what)
		}
	}
}

func sameTables(t *testing.T, want, got map[string]string, format string, args ...any) {
	t.Helper()
	if !maps.Equal(want, got) { // a diff takes its time
		t.Fatalf(format+":\n%s", append(args, gocmp.Diff(want, got))...)
	}
}

// mishaps are a dozen crashes over so many batches, or a restart from a snapshot after each of many deliveries.
func (l *lives) mishaps(always bool, batches int) func(what string) bool {
	most, crashes := 12, 0
	if always {
		most = 600
	}
	return func(what string) bool {
		now := l.IntN(2+batches) == 0
		switch what {
		case "snapshot":
			return always || l.IntN(4) == 0
		case "crash after delivery":
			now = now || always
		}
		if now = now && crashes < most; now {
			crashes++
		}
		return now
	}
}

func withoutAlerts(tables map[string]string) map[string]string {
	out := maps.Clone(tables)
	maps.DeleteFunc(out, func(key, _ string) bool { return strings.HasPrefix(key, schemas.TableAlerts+"|") })
	return out
}

// leaderRows are what ofLeaders finds even in a small community.
var leaderRows = []string{"a rank", "a second place", "an h-index", "dependents", "ranks of members",
	"restart=vouched", "contributions"}

// ofLeaders counts what tables say of leaders.
func ofLeaders(tables map[string]string) map[string]int {
	saw := map[string]int{}
	see := func(what string, is bool) {
		if is {
			saw[what]++
		}
	}
	for key, row := range tables {
		has := func(cell string) bool { return strings.Contains(row, cell+" ") }
		table, rest, _ := strings.Cut(key, "|")
		switch table {
		case schemas.TableKOLs:
			see("a rank", true)
			see("a change of rank", !has("rank_change=NULL") && !has("rank_change=0"))
			see("a second place", has("rank=2"))
			see("an h-index", !has("h_index=0"))
			see("a bridge", !has("bridge=0"))
			for _, how := range []string{"vouched", "staff", "uniform"} {
				see("restart="+how, has("restart="+how))
			}
		case schemas.TableKOLDependents:
			see("dependents", true)
		case schemas.TableClusters:
			see("two clusters", !has("cluster=1"))
		case schemas.TableMembersKOL:
			see("ranks of members", !has("influence_rank=0"))
		case schemas.TableCommunityDays:
			see("contributions", !has("contributions=0"))
		case schemas.TableAlerts:
			of := strings.Contains(rest, alert.KolAtRisk)
			see("a leader at risk", of && strings.Contains(row, "at_risk\""))
			see("a leader who churned", of && strings.Contains(row, "churned\""))
			see("a leader who left", of && strings.Contains(row, "left\""))
		}
	}
	return saw
}
