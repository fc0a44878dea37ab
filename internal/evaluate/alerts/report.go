package alerts

import (
	"slices"
	"strings"
	"time"
)

// Tally is what was counted, of one community or of many together.
type Tally struct {
	Days      float64 // looked at
	Kinds     []Kind
	Wrong     []Alert // false alerts
	Missed    []Event
	Misplaced []Alert // that named another segment first
}

// Kind is what was counted of one kind of alert.
type Kind struct {
	Kind      string
	Expected  int // events
	Found     int // of these
	Itself    int // of these, by an alert of this kind, not only of one that tells the same
	False     int // alerts
	Repeats   int
	Excused   int
	Placeable int // found events that lie in a segment
	Placed    int // of these, with that segment named first
	Delays    []time.Duration
}

func (t *Tally) kind(name string) *Kind {
	i := slices.IndexFunc(t.Kinds, func(k Kind) bool { return k.Kind == name })
	if i < 0 {
		i = len(t.Kinds)
		t.Kinds = append(t.Kinds, Kind{Kind: name})
	}
	return &t.Kinds[i]
}

// Add adds what was counted elsewhere.
func (t *Tally) Add(o Tally) {
	t.Days += o.Days
	t.Wrong, t.Missed, t.Misplaced = append(t.Wrong, o.Wrong...), append(t.Missed, o.Missed...), append(t.Misplaced, o.Misplaced...)
	for _, k := range o.Kinds {
		t.kind(k.Kind).add(k)
	}
}

func (k *Kind) add(o Kind) {
	k.Expected += o.Expected
	k.Found += o.Found
	k.Itself += o.Itself
	k.False += o.False
	k.Repeats += o.Repeats
	k.Excused += o.Excused
	k.Placeable += o.Placeable
	k.Placed += o.Placed
	k.Delays = append(k.Delays, o.Delays...)
}

// Report is the figures made of a tally. A share without anything to share is absent.
type Report struct {
	Days          float64  `json:"days"`
	FalsePer180   *float64 `json:"false_alerts_per_180_days"`
	Kinds         []Figure `json:"kinds"` // by name; those that were expected or raised
	All           Figure   `json:"all"`
	MissedEvents  []Event  `json:"missed"`
	FalseAlerts   []Named  `json:"false_alerts"`
	WronglyPlaced []Named  `json:"misplaced"`
}

// Figure is how well one kind was told.
type Figure struct {
	Kind        string   `json:"kind"`
	Expected    int      `json:"expected"`
	Found       int      `json:"found"`
	Itself      int      `json:"found_by_kind"`
	False       int      `json:"false"`
	Repeats     int      `json:"repeats"`
	Excused     int      `json:"excused"`
	Precision   *float64 `json:"precision"` // (found + repeats) / (found + repeats + false)
	Recall      *float64 `json:"recall"`    // found / expected
	Placed      *float64 `json:"right_segment_first"`
	MedianDelay *float64 `json:"median_delay_seconds"`
}

// Named is an alert as a report names it.
type Named struct {
	ID     string    `json:"alert_id"`
	Kind   string    `json:"kind"`
	Opened time.Time `json:"opened"`
}

// Report makes the figures.
func (t *Tally) Report() Report {
	out := Report{Days: t.Days, FalsePer180: ratio(180*float64(len(t.Wrong)), t.Days), Kinds: []Figure{},
		MissedEvents: append([]Event{}, t.Missed...), FalseAlerts: named(t.Wrong), WronglyPlaced: named(t.Misplaced)}
	all := Kind{Kind: "all"}
	for _, k := range t.Kinds {
		out.Kinds = append(out.Kinds, k.figure())
		all.add(k)
	}
	slices.SortFunc(out.Kinds, func(a, b Figure) int { return strings.Compare(a.Kind, b.Kind) })
	out.All = all.figure()
	return out
}

func (k *Kind) figure() Figure {
	right := float64(k.Found + k.Repeats)
	f := Figure{Kind: k.Kind, Expected: k.Expected, Found: k.Found, Itself: k.Itself, False: k.False, Repeats: k.Repeats, Excused: k.Excused,
		Precision: ratio(right, right+float64(k.False)), Recall: ratio(float64(k.Found), float64(k.Expected)),
		Placed: ratio(float64(k.Placed), float64(k.Placeable))}
	if n := len(k.Delays); n > 0 {
		delays := slices.Sorted(slices.Values(k.Delays))
		f.MedianDelay = ratio((delays[(n-1)/2] + delays[n/2]).Seconds(), 2)
	}
	return f
}

func named(alerts []Alert) []Named {
	out := []Named{}
	for _, a := range alerts {
		out = append(out, Named{a.ID, a.Kind, a.Opened})
	}
	return out
}

func ratio(a, b float64) *float64 {
	if b == 0 {
		return nil
	}
	v := a / b
	return &v
}
