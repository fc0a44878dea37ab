package alert

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// A rebuild's second state writes rows and tells nobody. When it takes the other's place, people hear of what is still open,
// as it stands, whether it was published on its way or not; and the other's alerts are closed.
func TestARebuildLeavesNoAlertOpen(t *testing.T) {
	for _, published := range []bool{false, true} {
		a := New("demo", 2)
		var rows schemas.AlertRows
		on := func() {
			if published {
				a.Publish("demo@2", 9, &rows, nil)
			}
		}
		a.Detect(&Detection{Kind: LeaveSpike, At: noon, Observed: 20, Expected: 1})
		on()
		a.Detect(&Detection{Kind: LeaveSpike, At: noon + 3_600_000, Over: true})
		on()
		a.Detect(drop(noon, 3))
		on()
		if published && (rows.Len() != 3 || rows.Community[0] != "demo@2") {
			t.Errorf("%+v", rows)
		}
		a.Live(noon + 7_200_000)
		a.Replaced(noon + 9_000_000)
		var told []string
		a.Publish("demo", 10, &rows, func(r schemas.Record) {
			x := new(actionpb.Alert)
			if err := proto.Unmarshal(r.Value, x); err != nil {
				t.Fatal(err)
			}
			told = append(told, x.Kind+" "+x.Change)
		})
		if want := []string{"activity_drop opened", "activity_drop resolved"}; !slices.Equal(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
	}
}

// What a midnight ends is known only a lateness after it. Where the other state is replaced between the two, people hear that
// the alert was open and that it is over, wherever the second state is published next.
func TestWhatIsKnownOnlyAfterASwapIsTold(t *testing.T) {
	for _, published := range []bool{false, true} {
		a := New("demo", 2)
		a.Detect(&Detection{Kind: KolAtRisk, At: noon, Observed: 1, Expected: 1})
		a.Live(noon + 120*minute)
		var got []string
		if published {
			got = told(a)
		}
		a.Known(noon + 180*minute)
		a.Detect(&Detection{Kind: KolAtRisk, At: noon + 60*minute, Over: true})
		got = append(got, told(a)...)
		if want := []string{"opened open 1", "resolved resolved 2"}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	}
}
