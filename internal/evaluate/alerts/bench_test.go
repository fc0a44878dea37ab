package alerts_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/evaluate/alerts"
	"github.com/rollcall-dev/rollcall/internal/simulate"
	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const quiet = "quiet" // nothing is planted

// community returns what is folded of a seed: another size, another place on earth and another year each.
func community(plant string, seed uint64) simulate.Options {
	rng := rand.New(rand.NewPCG(seed, 0x616c65727473))
	members := int(600 * math.Exp(rng.Float64()*math.Log(5))) // 600 to 3000
	zone := []string{"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin"}[rng.IntN(4)]
	from := time.Date(2022+rng.IntN(4), time.Month(1+rng.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
	days := 84
	switch plant {
	case simulate.GradualLeavers, simulate.LeaderLeaves, simulate.SlowDecline, quiet: // silence is seen late
		days = 180
	}
	o := simulate.Quiet("lab", seed, members, from, from.AddDate(0, 0, days))
	o.TimeZone, o.PerDay = zone, 3
	if plant != quiet {
		o.Plants = []simulate.Plant{{Name: plant}}
	}
	return o
}

// TestAlerts folds communities in which something is planted, and some in which nothing is, and scores the alerts.
// ROLLCALL_ALERT_SEEDS says how many of each, ROLLCALL_ALERT_FROM the first seed, ROLLCALL_ALERT_PLANTS which; then a table
// is printed.
func TestAlerts(t *testing.T) {
	testkit.Alone(t)
	n, first, verbose := number(t, "ROLLCALL_ALERT_SEEDS", 1), number(t, "ROLLCALL_ALERT_FROM", 0), os.Getenv("ROLLCALL_ALERT_SEEDS") != ""
	tallies := map[string][]alerts.Tally{}
	for _, plant := range plants() {
		tallies[plant] = make([]alerts.Tally, n)
	}
	t.Run("communities", func(t *testing.T) {
		for plant, out := range tallies {
			for i := range out {
				seed := first + uint64(i)
				t.Run(fmt.Sprintf("%s/%d", plant, seed), func(t *testing.T) {
					t.Parallel()
					out[i] = score(t, community(plant, seed), 1+int(seed%3))
				})
			}
		}
	})
	var all alerts.Tally
	figures := map[string]alerts.Report{}
	for plant, some := range tallies {
		var sum alerts.Tally
		for _, one := range some {
			sum.Add(one)
		}
		all.Add(sum)
		figures[plant] = sum.Report()
	}
	if verbose {
		printTable(figures, all.Report())
	}
}

// score folds a community and compares what was raised with its truth.
func score(t *testing.T, o simulate.Options, partitions int) alerts.Tally {
	truth, raised := run(t, o, partitions, fastTicks)
	one := alerts.Judge(truthOf(truth), raised)
	for _, a := range one.Wrong {
		t.Logf("%d members: false: %s of %s, %v %s %s", o.Members, a.Kind, a.Opened.Format(time.RFC3339), a.Segments, a.Cause, a.CauseName)
	}
	for _, e := range one.Missed {
		t.Logf("%d members: missed: %s from %s to %s, %s %s", o.Members, e.Kind, e.Start.Format(time.RFC3339), e.End.Format(time.RFC3339), e.Dimension, e.Segment)
	}
	for _, k := range one.Kinds {
		if len(k.Delays) > 0 {
			t.Logf("%d members: found: %s after %v", o.Members, k.Kind, k.Delays)
		}
	}
	for _, a := range one.Misplaced {
		t.Logf("%d members: another segment: %s of %s names %v", o.Members, a.Kind, a.Opened.Format(time.RFC3339), a.Segments)
	}
	return one
}

// TestTicksDoNotShow: how finely time is cut changes nothing of what is raised.
func TestTicksDoNotShow(t *testing.T) {
	o := community(simulate.MassLeave, 7)
	o.Members, o.To = 300, o.From.AddDate(0, 0, 30)
	o.Plants[0].From = o.From.AddDate(0, 0, 28)
	_, want := run(t, o, 2, slowTicks)
	_, got := run(t, o, 1, fastTicks)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-ticks every quarter of an hour, two partitions +every six hours, one:\n%s", diff)
	}
}

// number reads a number from the environment.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("%s=%s: a number, please", name, text)
	}
	return n
}

func plants() []string {
	if text := os.Getenv("ROLLCALL_ALERT_PLANTS"); text != "" {
		return strings.Split(text, ",")
	}
	if os.Getenv("ROLLCALL_ALERT_SEEDS") == "" { // under the race detector a community takes the better part of a minute
		return []string{simulate.MassLeave, simulate.Raid, simulate.Holiday}
	}
	return append(slices.Sorted(maps.Keys(simulate.Plants)), quiet)
}

func truthOf(s simulate.Truth) alerts.Truth {
	out := alerts.Truth{From: s.From, To: *s.To, Leavers: []alerts.Leaver{}}
	for _, e := range s.Events {
		out.Events = append(out.Events, alerts.Event{Plant: e.Plant, Kind: e.Kind, Instead: e.Instead, Optional: e.Optional, Start: e.Start, End: e.End,
			Cause: e.Cause, CauseName: e.CauseName, Dimension: e.Dimension, Segment: e.Segment})
	}
	for _, l := range s.Leavers {
		out.Leavers = append(out.Leavers, alerts.Leaver{Member: l.Member, Time: l.Time})
	}
	return out
}

func printTable(figures map[string]alerts.Report, all alerts.Report) {
	w := tabwriter.NewWriter(os.Stderr, 0, 4, 2, ' ', 0)
	share := func(p *float64) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprintf("%.2f", *p)
	}
	line := func(plant string, f alerts.Figure, per180 *float64) {
		delay := "-"
		if f.MedianDelay != nil {
			delay = time.Duration(*f.MedianDelay * float64(time.Second)).Round(time.Second).String()
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\n", plant, f.Kind, f.Expected, f.Found, f.Itself, f.False, f.Excused,
			share(f.Precision), share(f.Recall), share(f.Placed), delay, share(per180))
	}
	_, _ = fmt.Fprintln(w, "PLANTED\tKIND\tEXPECTED\tFOUND\tBY KIND\tFALSE\tEXCUSED\tPRECISION\tRECALL\tRIGHT SEGMENT\tDELAY\tFALSE IN 180 DAYS")
	for _, plant := range plants() {
		r := figures[plant]
		for _, f := range r.Kinds {
			line(plant, f, nil)
		}
		line(plant, r.All, r.FalsePer180)
	}
	for _, f := range all.Kinds {
		line("all", f, nil)
	}
	line("all", all.All, all.FalsePer180)
	_ = w.Flush()
}

func TestTheNewestRecordOfAnAlertCounts(t *testing.T) {
	book := alertBook{t: t}
	record := func(x *actionpb.Alert) schemas.Record {
		b, err := proto.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		return schemas.Record{Value: b}
	}
	first := &actionpb.Alert{AlertId: "a", Sequence: 1, Kind: "leave_spike", Opened: 60_000, Segments: []*actionpb.AlertSegment{{Dimension: "channel", Segment: "x"}}}
	second := &actionpb.Alert{AlertId: "a", Sequence: 2, Kind: "leave_spike", Opened: 60_000, Segments: []*actionpb.AlertSegment{{Dimension: "platform", Segment: "ios"}}}
	book.take([]schemas.Record{record(first), record(second)})
	book.take([]schemas.Record{record(&actionpb.Alert{AlertId: "b", Kind: "activity_drop", Cause: "holiday", CauseName: "May Day"})})
	if len(book.alerts) != 2 || book.alerts[0].Segments[0] != (alerts.Segment{Dimension: "platform", Segment: "ios"}) || book.alerts[0].Opened.UnixMilli() != 60_000 || book.alerts[1].CauseName != "May Day" {
		t.Errorf("%+v", book.alerts)
	}
}
