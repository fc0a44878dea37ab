package alerts

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/simulate"
)

var begin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func at(days float64) time.Time {
	return begin.Add(time.Duration(days * 24 * float64(time.Hour)).Round(time.Second))
}

func truth(events ...Event) Truth { return Truth{From: begin, To: at(180), Events: events} }

func leave(from, to float64) Event {
	return Event{Kind: "leave_spike", Start: at(from), End: at(to), Dimension: "channel", Segment: "help"}
}

func raised(id, kind string, opened time.Time, segments ...Segment) Alert {
	return Alert{ID: id, Kind: kind, Opened: opened, Segments: segments}
}

var help = Segment{"channel", "help"}

func TestJudge(t *testing.T) {
	outage := Event{Kind: "activity_drop", Start: at(10), End: at(11), Cause: "platform_outage", CauseName: "ios"}
	optional := Event{Kind: "churn_spike", Optional: true, Start: at(10), End: at(40)}
	because := func(cause, name string) Alert {
		a := raised("c", "activity_drop", at(10.1))
		a.Cause, a.CauseName = cause, name
		return a
	}
	without := func(members ...string) Truth {
		t := truth()
		for _, m := range members {
			t.Leavers = append(t.Leavers, Leaver{m})
		}
		return t
	}
	leaders := raised("k", "kol_at_risk", at(3), Segment{"kol", "ada"}, Segment{"kol", "bo"})
	minute := 1.0 / 1440
	for name, tc := range map[string]struct {
		truth  Truth
		alerts []Alert
		want   Kind
	}{
		"found":                {truth(leave(10, 11)), []Alert{raised("a", "leave_spike", at(10+5*minute), help)}, Kind{Kind: "leave_spike", Expected: 1, Found: 1, Itself: 1, Placeable: 1, Placed: 1, Delays: []time.Duration{5 * time.Minute}}},
		"another segment":      {truth(leave(10, 11)), []Alert{raised("a", "leave_spike", at(10), Segment{"channel", "x"}, help)}, Kind{Kind: "leave_spike", Expected: 1, Found: 1, Itself: 1, Placeable: 1, Delays: []time.Duration{0}}},
		"repeated":             {truth(leave(10, 11)), []Alert{raised("b", "leave_spike", at(10.5), help), raised("a", "leave_spike", at(10), help)}, Kind{Kind: "leave_spike", Expected: 1, Found: 1, Itself: 1, Repeats: 1, Placeable: 1, Placed: 1, Delays: []time.Duration{0}}},
		"within the grace":     {truth(leave(10, 11)), []Alert{raised("a", "leave_spike", at(11+29*minute), help)}, Kind{Kind: "leave_spike", Expected: 1, Found: 1, Itself: 1, Placeable: 1, Placed: 1, Delays: []time.Duration{24*time.Hour + 29*time.Minute}}},
		"too late":             {truth(leave(10, 11)), []Alert{raised("a", "leave_spike", at(11+31*minute), help)}, Kind{Kind: "leave_spike", Expected: 1, False: 1}},
		"too early":            {truth(leave(10, 11)), []Alert{raised("a", "leave_spike", at(10-minute), help)}, Kind{Kind: "leave_spike", Expected: 1, False: 1}},
		"another kind":         {truth(leave(10, 11)), nil, Kind{Kind: "leave_spike", Expected: 1}},
		"behind the end":       {truth(leave(200, 201)), []Alert{raised("a", "leave_spike", at(200), help)}, Kind{}},
		"everywhere":           {truth(Event{Kind: "activity_surge", Start: at(1), End: at(2)}), []Alert{raised("a", "activity_surge", at(1), help)}, Kind{Kind: "activity_surge", Expected: 1, Found: 1, Itself: 1, Delays: []time.Duration{0}}},
		"a cause named":        {truth(outage), []Alert{because("platform_outage", "ios")}, Kind{Kind: "activity_drop", Excused: 1}},
		"members blamed":       {truth(outage), []Alert{because("", "")}, Kind{Kind: "activity_drop", False: 1}},
		"another platform":     {truth(outage), []Alert{because("platform_outage", "web")}, Kind{Kind: "activity_drop", False: 1}},
		"nobody told":          {truth(outage), nil, Kind{}},
		"a consequence":        {truth(optional), []Alert{raised("a", "churn_spike", at(39))}, Kind{Kind: "churn_spike", Excused: 1}},
		"expected goes first":  {truth(Event{Kind: "churn_spike", Optional: true, Start: at(9), End: at(40)}, Event{Kind: "churn_spike", Start: at(10), End: at(20)}), []Alert{raised("a", "churn_spike", at(12))}, Kind{Kind: "churn_spike", Expected: 1, Found: 1, Itself: 1, Delays: []time.Duration{48 * time.Hour}}},
		"told another way":     {truth(Event{Kind: "at_risk_spike", Instead: []string{"churn_spike"}, Start: at(10), End: at(20)}), []Alert{raised("a", "churn_spike", at(20+37))}, Kind{Kind: "at_risk_spike", Expected: 1, Found: 1, Delays: []time.Duration{47 * 24 * time.Hour}}},
		"leaders who went":     {without("cyd", "bo", "ada"), []Alert{leaders}, Kind{Kind: "kol_at_risk", Excused: 1}},
		"leaders who did not":  {without("ada"), []Alert{leaders}, Kind{Kind: "kol_at_risk", False: 1}},
		"an excuse for nobody": {truth(), []Alert{because("holiday", "")}, Kind{Kind: "activity_drop", False: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Judge(tc.truth, tc.alerts)
			var kind Kind
			if len(got.Kinds) > 0 {
				kind = got.Kinds[0]
			}
			if diff := cmp.Diff(tc.want, kind); diff != "" || len(got.Kinds) > 2 {
				t.Errorf("-want +got\n%s%v", diff, got.Kinds)
			}
			if len(got.Wrong) != tc.want.False || len(got.Missed) != tc.want.Expected-tc.want.Found || len(got.Misplaced) != tc.want.Placeable-tc.want.Placed {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestReport(t *testing.T) {
	var sum Tally
	for i := range 4 {
		sum.Add(Judge(truth(leave(10, 11)), []Alert{raised("a", "leave_spike", at(10+float64(i)/24), help)}))
	}
	sum.Add(Judge(truth(leave(10, 11)), []Alert{raised("f", "churn_spike", at(3))}))
	r := sum.Report()
	num := func(p *float64) float64 {
		if p == nil {
			return -1
		}
		return *p
	}
	got := []float64{r.Days, num(r.FalsePer180), num(r.All.Precision), num(r.All.Recall), num(r.All.Placed), num(r.All.MedianDelay), num(r.Kinds[0].Recall), num(r.Kinds[0].Precision), num(r.Kinds[1].Precision)}
	if diff := cmp.Diff([]float64{900, 0.2, 0.8, 0.8, 1, 5400, -1, 0, 1}, got); diff != "" {
		t.Error(diff)
	}
	if b, err := json.Marshal((&Tally{}).Report()); err != nil || string(b) != `{"days":0,"false_alerts_per_180_days":null,"kinds":[],"all":{"kind":"all","expected":0,"found":0,"found_by_kind":0,"false":0,"repeats":0,"excused":0,"precision":null,"recall":null,"right_segment_first":null,"median_delay_seconds":null},"missed":[],"false_alerts":[],"misplaced":[]}` {
		t.Errorf("%s, %v", b, err)
	}
}

// A simulation's truth is read as it was written.
func TestTruthOfASimulation(t *testing.T) {
	o := simulate.Quiet("lab", 1, 300, begin, at(120))
	o.Plants = []simulate.Plant{{Name: simulate.MassLeave}, {Name: simulate.PlatformOutage}}
	s, err := simulate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(s.Truth())
	if err != nil {
		t.Fatal(err)
	}
	var got Truth
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if !got.To.Equal(at(120)) || len(got.Events) != len(s.Truth().Events) {
		t.Fatalf("%+v", got)
	}
	for i, w := range s.Truth().Events {
		e := got.Events[i]
		if diff := cmp.Diff(Event{w.Plant, w.Kind, w.Instead, w.Optional, w.Start, w.End, w.Cause, w.CauseName, w.Dimension, w.Segment}, e); diff != "" {
			t.Error(diff)
		}
	}
}
