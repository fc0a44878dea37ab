package simulate

import (
	"math"
	"time"
)

// rhythm is one way to spend the week. A member has one of them.
type rhythm struct {
	share   float64 // of the members
	peak    float64 // local hour
	weekend float64 // Saturday and Sunday against the other days
}

var rhythms = [...]rhythm{
	{share: 0.50, peak: 14, weekend: 0.4},   // office hours
	{share: 0.35, peak: 20.5, weekend: 1.4}, // evenings
	{share: 0.15, peak: 1, weekend: 1.0},    // nights
}

const hoursOfWeek = 168

// habits holds for each rhythm the activity by local hour of week (0 = Monday 00:00), with mean 1 and never 0, so that
// time cannot stand still.
var habits = func() (h [len(rhythms)][hoursOfWeek]float64) {
	for g, r := range rhythms {
		var sum float64
		for i := range h[g] {
			day, hour := i/24, float64(i%24)+0.5
			v := 0.08 + math.Pow((1+math.Cos((hour-r.peak)*math.Pi/12))/2, 3)
			if day >= 5 {
				v *= r.weekend
			}
			h[g][i] = v
			sum += v
		}
		for i := range h[g] {
			h[g][i] *= hoursOfWeek / sum
		}
	}
	return h
}()

// rhythmOf draws a rhythm from a number in [0, 1).
func rhythmOf(u float64) uint8 {
	for g, r := range rhythms {
		if u -= r.share; u < 0 {
			return uint8(g)
		}
	}
	return uint8(len(rhythms) - 1)
}

func hourOfWeek(t time.Time) int {
	return (int(t.Weekday())+6)%7*24 + t.Hour()
}
