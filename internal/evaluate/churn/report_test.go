package churn

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// By pencil: of the four pairs of a silent and another, the first is ahead in two and level in one.
func TestScoresByPencil(t *testing.T) {
	of := []outcome{{0.9, true}, {0.4, true}, {0.4, false}, {0.6, false}}
	if got := auc(of); !near(got, 2.5/4) {
		t.Errorf("AUC %g", got)
	}
	if got := auc(of[:2]); !math.IsNaN(got) {
		t.Errorf("all fell silent, and the AUC is %g", got)
	}
	table := calibration([]outcome{{0.05, false}, {0.95, true}, {1, true}, {0.93, false}})
	if b := table[9]; b.Members != 3 || !near(b.Expected, 0.96) || !near(b.Observed, 2.0/3) {
		t.Errorf("%+v", b)
	}
	if got, want := calibrationError(table), (0.05+3*(0.96-2.0/3))/4; !near(got, want) {
		t.Errorf("calibration error %g, want %g", got, want)
	}
	silent, n := topDecile([]outcome{{0.9, true}, {0.9, false}, {0.1, false}})
	if silent != 0.5 || n != 1 {
		t.Errorf("of two level ones half counts: %g of %g", silent, n)
	}
	curve := roc(append([]outcome{}, of...))
	if end := curve[len(curve)-1]; !near(end.Others, 1) || !near(end.Silent, 1) {
		t.Errorf("a curve ends at %+v", end)
	}
}

// What comes after a cut-off must not show in what is said at it.
func TestNothingIsKnownAhead(t *testing.T) {
	var all walk.Set
	for i := range int32(40) {
		var days []int32
		for d := 18000 + i; d < 18400; d += 1 + i%13*(1+d%3) {
			days = append(days, d)
		}
		all.Add("m", days)
	}
	const until = 18300
	var cut walk.Set
	for _, m := range all.Members {
		days := []int32{}
		for _, d := range m.Days {
			if d < until {
				days = append(days, d)
			}
		}
		cut.Add(m.Name, days)
	}
	whole, part := Predict(&all, risk.NewModel()), Predict(&cut, risk.NewModel())
	if len(part) < 100 || len(whole) <= len(part) {
		t.Fatal(len(part), len(whole))
	}
	for i, p := range part {
		if whole[i] != p {
			t.Fatalf("at day %d it said %v of what was cut off later, and %v of all", p.Day, p, whole[i])
		}
	}
}

func picture() Picture {
	var said []Prediction
	for i := range 50 {
		p := Prediction{Day: int32(18000 + i/10*7), Silent: i%3 == 0}
		for k := range p.P {
			p.P[k] = float64(i%10) / 10
		}
		said = append(said, p)
	}
	return Picture{"<b>&", Measure(said)}
}

func TestPictures(t *testing.T) {
	for name, draw := range map[string]func(io.Writer) error{"html": picture().HTML, "svg": picture().SVG} {
		var b bytes.Buffer
		if err := draw(&b); err != nil {
			t.Fatal(err)
		}
		if s := b.String(); !strings.Contains(s, "<svg") || strings.Contains(s, "<b>&") || strings.Contains(s, "NaN") || strings.Contains(s, "ZgotmplZ") {
			t.Errorf("%s: %s", name, s)
		}
		if name != "svg" {
			continue
		}
		in := xml.NewDecoder(&b)
		for {
			if _, err := in.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Where all came to the same there is no AUC, and the report is JSON and a picture all the same.
func TestOneSidedHistory(t *testing.T) {
	r := Measure([]Prediction{{Day: 1, P: [contenders]float64{0.1, 1, -1, 0.2}}})
	b, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(b), `"auc":null`) || !strings.Contains(string(b), `"first_day":"1970-01-02"`) {
		t.Error(string(b), err)
	}
	if err := (Picture{"c", r}).HTML(io.Discard); err != nil {
		t.Error(err)
	}
}
