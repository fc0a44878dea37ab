package kol

import (
	"cmp"
	"math"
	"slices"
)

// spearman is Pearson's correlation of ranks, equal values sharing the mean of theirs. NaN where all of one are equal.
func spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	mean := float64(len(x)+1) / 2
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mean) * (y[i] - mean)
		xx += (x[i] - mean) * (x[i] - mean)
		yy += (y[i] - mean) * (y[i] - mean)
	}
	return xy / math.Sqrt(xx*yy)
}

func ranks(v []float64) []float64 {
	order := sorted(len(v), func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	out := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}

func sorted(n int, compare func(i, j int) int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, compare)
	return order
}

// kendall is τ-b, by Knight's way in O(n log n): with a in order, the swaps that sort b are the discordant pairs.
func kendall(a, b []float64) float64 {
	n := len(a)
	order := sorted(n, func(i, j int) int { return cmp.Or(cmp.Compare(a[i], a[j]), cmp.Compare(b[i], b[j])) })
	tied := func(same func(i, j int) bool) (pairs float64) {
		run := 1.0
		for k := 1; k <= n; k++ {
			if k < n && same(order[k-1], order[k]) {
				run++
				continue
			}
			pairs += run * (run - 1) / 2
			run = 1
		}
		return pairs
	}
	inA := tied(func(i, j int) bool { return a[i] == a[j] })
	inBoth := tied(func(i, j int) bool { return a[i] == a[j] && b[i] == b[j] })
	v := make([]float64, n)
	for k, i := range order {
		v[k] = b[i]
	}
	swaps := float64(mergeSort(v, make([]float64, n)))
	order = sorted(n, func(i, j int) int { return cmp.Compare(b[i], b[j]) })
	inB := tied(func(i, j int) bool { return b[i] == b[j] })
	all := float64(n) * float64(n-1) / 2
	return (all - inA - inB + inBoth - 2*swaps) / math.Sqrt((all-inA)*(all-inB))
}

// mergeSort sorts v and returns how many pairs stood in the wrong order.
func mergeSort(v, scratch []float64) (swaps int64) {
	if len(v) < 2 {
		return 0
	}
	m := len(v) / 2
	swaps = mergeSort(v[:m], scratch[:m]) + mergeSort(v[m:], scratch[m:])
	copy(scratch, v)
	i, j := 0, m
	for k := range v {
		if j == len(v) || i < m && scratch[i] <= scratch[j] {
			v[k] = scratch[i]
			i++
		} else {
			v[k] = scratch[j]
			swaps += int64(m - i)
			j++
		}
	}
	return swaps
}
