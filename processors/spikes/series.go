package spikes

import "slices"

// week is the sum of the seven days up to one, and the same without the greatest of them: one day is no week.
func (s *series) week(day int32) (sum, most float64) {
	for i := range int32(7) {
		n := float64(s.n[(day-i)%pastDays])
		sum, most = sum+n, max(most, n)
	}
	return sum, sum - most
}

// expectWeek is what is usual in a week, and without its greatest day: the middle of the four weeks before, of which three
// are enough.
func (s *series) expectWeek(day int32) (sum, rest float64, ok bool) {
	var sums, rests []float64
	for w := int32(1); w <= 4 && day-s.since >= 7*(w+1); w++ {
		a, b := s.week(day - 7*w)
		sums, rests = append(sums, a), append(rests, b)
	}
	return middle(sums), middle(rests), len(sums) >= 3
}

// counts are what was seen and expected of a series in a span, and whether that is known.
func (s *series) counts(day int32, span int) (y, m float64, ok bool) {
	if span == oneWeek {
		y, _ = s.week(day)
		m, _, ok = s.expectWeek(day)
		return y, m, ok
	}
	m, ok = s.expect(day)
	return float64(s.n[day%pastDays]), m, ok
}

// expect is what is usual on a day, from the days before: the level of four weeks, or of two where it rises, times what that
// day of the week has, which few weeks tell only in part. It is false where there is no basis.
func (s *series) expect(day int32) (float64, bool) {
	if day-s.since < dayBasis {
		return 0, false
	}
	back := min(day-s.since, pastDays-1)
	var all []float64
	var week [7][]float64
	for i := int32(1); i <= back; i++ {
		n := float64(s.n[(day-i)%pastDays])
		all = append(all, n)
		week[(day-i)%7] = append(week[(day-i)%7], n)
	}
	mean := middle(slices.Clone(all))
	var factor [7]float64
	for k, v := range week {
		n := float64(len(v))
		factor[k] = (n*middle(v) + 2*mean + 0.5) / ((n+2)*mean + 0.5)
	}
	level := func(days int32) float64 {
		v := make([]float64, 0, dayBasis)
		for i := int32(1); i <= days; i++ {
			v = append(v, all[i-1]/max(factor[(day-i)%7], 0.2))
		}
		return middle(v)
	}
	return max(level(28), level(14)) * factor[day%7], true
}
