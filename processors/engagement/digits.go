package engagement

import "math"

// The powers of two between which log10 does without a logarithm, and the power of ten below the first.
const (
	least, greatest = -24, 29
	leastTen        = -8
)

var tens = func() (t [18]float64) {
	for i := range t {
		t[i] = math.Pow10(leastTen + i)
	}
	return t
}()

// nine rounds to nine digits. What is too small for a float of 32 bits is 0.
func nine(v float64) float64 {
	if v < math.SmallestNonzeroFloat32 {
		return 0
	}
	digits := math.Pow10(8 - log10(v))
	return math.Round(v*digits) / digits
}

// log10 returns the whole part of a logarithm.
func log10(v float64) int {
	e := math.Ilogb(v)
	if e < least || e >= greatest {
		return int(math.Floor(math.Log10(v)))
	}
	d := e * 78913 >> 18 // times log 2, rounded down: d, or the next
	if v >= tens[d+1-leastTen] {
		d++
	}
	return d
}
