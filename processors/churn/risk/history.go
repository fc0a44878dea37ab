package risk

import (
	"math"
	"math/bits"
)

const (
	// Horizon is how many days of silence a risk speaks of.
	Horizon = 56
	// Recent is how many days back an active day makes a member part of the population that is learned from.
	Recent = 28
	// Reach is how many days back an active day gives a member a risk.
	Reach = 90
)

// Names of the features, in their order.
var Names = [7]string{"rec", "a28", "total", "tenure", "dec7", "dec30", "dec120"}

// halfLives of the decayed sums, in days.
var halfLives = [3]float64{7, 30, 120}

// decays[k][n] is by how much a decayed sum shrinks in n days.
var decays = func() (t [3][Reach + 1]float64) {
	for k, h := range halfLives {
		for n := range t[k] {
			t[k][n] = math.Exp2(-float64(n) / h)
		}
	}
	return t
}()

// logs[n] is ln(1 + n): most counts of days are small, and a logarithm is the dear part of a risk.
var logs = func() (t [1024]float64) {
	for n := range t {
		t[n] = math.Log1p(float64(n))
	}
	return t
}()

func log1p(n int) float64 {
	if n < len(logs) {
		return logs[n]
	}
	return math.Log1p(float64(n))
}

func decay(k int, days int32) float64 {
	if days <= Reach {
		return decays[k][days]
	}
	return math.Exp2(-float64(days) / halfLives[k])
}

// History is what is kept of a member's active days. Days are local, since 1970. The zero value has none.
type History struct {
	First, Last uint16
	Total       uint16     // active days, at most 65,535
	Days        uint64     // bit j: active on Last-j
	Decayed     [3]float64 // decayed active days as of Last, that day included
}

// Add notes an active day. Days come in rising order; a repeat, or a day before the last, changes nothing.
func (h *History) Add(day int32) {
	if day < 0 || day > math.MaxUint16 {
		return
	}
	if h.Total == 0 {
		*h = History{First: uint16(day), Last: uint16(day), Total: 1, Days: 1, Decayed: [3]float64{1, 1, 1}}
		return
	}
	gap := day - int32(h.Last)
	if gap <= 0 {
		return
	}
	h.Last = uint16(day)
	h.Days = h.Days<<gap | 1 // a shift by 64 or more leaves nothing
	if h.Total < math.MaxUint16 {
		h.Total++
	}
	for k := range h.Decayed {
		h.Decayed[k] = h.Decayed[k]*decay(k, gap) + 1
	}
}

// Features are raw, in the order of Names.
type Features [7]float64

// At returns the features as of midnight d; false if there is no active day before d, or one at d or later.
func (h *History) At(d int32) (Features, bool) {
	silence := d - int32(h.Last)
	if h.Total == 0 || silence <= 0 {
		return Features{}, false
	}
	x := Features{
		log1p(int(silence)),
		log1p(h.recentDays(silence)),
		log1p(int(h.Total)),
		log1p(int(d - int32(h.First))),
	}
	for k := range h.Decayed {
		x[4+k] = math.Log(0.05 + h.Decayed[k]*decay(k, silence))
	}
	return x, true
}

// recentDays counts the active days of the last 28 before the midnight that ends so many days of silence.
func (h *History) recentDays(silence int32) int {
	if silence > Recent {
		return 0
	}
	return bits.OnesCount64(h.Days & (1<<(Recent+1-silence) - 1))
}
