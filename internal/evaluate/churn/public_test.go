package churn

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/evaluate/publicsets"
	"github.com/rollcall-dev/rollcall/internal/evaluate/training"
	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

const shared = "../../../../shared/data"

// aims are what a prototype reached, about: AUC at least, calibration error at most. All of CDNOW's customers come in the
// first twelve weeks, as the set was made; before that everybody is new, so it is measured from there.
var aims = []aim{
	{"collegemsg", 28, .755, .06, []string{"collegemsg"}, false},
	{"french-meta", 28, .76, .10, []string{"french-meta"}, false},
	{"bitcoin-otc", 28, .775, .045, []string{"bitcoin-otc", "bitcoin-alpha"}, true},
	{"cdnow", 84, .726, .03, []string{"cdnow"}, true},
}

type aim struct {
	set      string
	from     int32 // days of history before the first cut-off
	auc, ece float64
	without  []string // sets not to train on
	dear     bool
}

const (
	cutoffs = 26
	fewRows = 4000
)

// The published aims, each set with slopes trained without it. Cut-offs are 26 Mondays, evenly spread, or all of them
// where that gives fewer than 4,000 predictions. ROLLCALL_EVALUATE=1 takes the large sets in. What every Monday gives is logged beside it.
func TestPublicSets(t *testing.T) {
	all := os.Getenv("ROLLCALL_EVALUATE") != ""
	sets := readSets(t, all)
	for _, aim := range aims {
		if aim.dear && !all {
			continue
		}
		t.Run(aim.set, func(t *testing.T) {
			var others []walk.Set
			for i := range sets {
				if !slices.Contains(aim.without, sets[i].Name) {
					others = append(others, sets[i])
				}
			}
			set := &sets[slices.IndexFunc(sets, func(s walk.Set) bool { return s.Name == aim.set })]
			first, _, _ := set.Range()
			every := After(Predict(set, risk.NewModelFrom(training.Train(others))), first+aim.from)
			said := Spread(every, cutoffs)
			if len(said) < fewRows {
				said = every
			}
			report := Measure(said)
			got := report.Contenders[product]
			if report.Cutoffs < 6 || float64(got.AUC) < aim.auc || float64(got.ECE) > aim.ece {
				t.Errorf("AUC %.3f, calibration error %.3f over %d cut-offs; the aims are %.3f and %.3f", got.AUC, got.ECE,
					report.Cutoffs, aim.auc, aim.ece)
			}
			for _, c := range report.Contenders {
				t.Logf("%s over %d cut-offs, %d rows: %s", aim.set, report.Cutoffs, report.Rows, c)
			}
			t.Logf("%s every Monday: %s", aim.set, Measure(every).Contenders[product])
		})
	}
}

// readSets reads all sets, or the small ones: the large take half a minute of processor time, with -race minutes.
func readSets(t *testing.T, all bool) []walk.Set {
	var sets []walk.Set
	for _, name := range publicsets.Names() {
		if !all && slices.ContainsFunc(aims, func(a aim) bool { return a.set == name && a.dear }) {
			continue
		}
		set, err := publicsets.Read(shared, name)
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("the public data sets are not beside the repository: ", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, set)
	}
	return sets
}
