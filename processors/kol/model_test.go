package kol

import (
	"maps"
	"math"
	"slices"
)

// model is a community that the definition is computed of the slow way, with matrices. Members are numbers.
type model struct {
	n     int
	day   int32
	who   []Member
	bots  map[int]bool
	staff map[int]bool
	ties  []Tie
	board Board

	w     [][]float64 // pair weights, from actor to target
	won   [][]bool    // who endorses whom on this board
	ever  [][]bool    // and ever did
	sum   [][]float64 // of weights of all times
	first [][]int32   // local day of the first tie

	vouched, begun map[int]bool // and with whom it begins
	wait           int32        // days until what somebody did counts for others
}

func (m *model) matrices() {
	grid := func() (g [][]float64) {
		for range m.n {
			g = append(g, make([]float64, m.n))
		}
		return g
	}
	m.w = grid()
	current := grid()
	m.sum, m.ever = grid(), make([][]bool, m.n)
	m.won, m.first = make([][]bool, m.n), make([][]int32, m.n)
	for i := range m.n {
		m.ever[i] = make([]bool, m.n)
		m.won[i], m.first[i] = make([]bool, m.n), slices.Repeat([]int32{math.MaxInt32}, m.n)
	}
	for _, t := range m.ties {
		a, b := int(t.Actor), int(t.Target)
		if a == b || m.bots[a] || m.bots[b] || t.Against {
			continue
		}
		m.sum[a][b] += float64(t.Weight)
		m.ever[a][b] = true
		decay := math.Exp2(-float64(int64(m.day)*dayMS-t.Time) / (90 * dayMS))
		current[a][b] += float64(t.Weight) / 1000 * decay
		if m.board == AllTime {
			decay = 1
		}
		m.w[a][b] += float64(t.Weight) / 1000 * decay
		m.first[a][b] = min(m.first[a][b], int32(t.Time/dayMS))
	}
	for a := range m.n {
		for b := range m.n {
			m.won[a][b] = m.w[a][b] > 0 && (m.board == AllTime || current[a][b] >= 0.5)
			m.w[a][b] = math.Sqrt(m.w[a][b])
		}
	}
}

func (m *model) in(i int) bool { // the graph, and no bot
	return !m.bots[i] && slices.ContainsFunc(m.ties, func(t Tie) bool {
		return !t.Against && t.Actor != t.Target && (int(t.Actor) == i || int(t.Target) == i)
	})
}

// restarts are shares of restarts, where from, and what of their influence members keep.
func (m *model) restarts() (mass []float64, how string, keep []float64) {
	born := int32(math.MaxUint16)
	for i := range m.n {
		if m.in(i) && m.who[i].Since >= 0 {
			born = min(born, m.who[i].Since)
		}
	}
	age := max(0, m.day-born)
	vouched, any := map[int]bool{}, false
	for i := range m.n {
		any = any || m.in(i) && m.staff[i]
	}
	for i := range m.n {
		s := m.who[i].Since
		if m.in(i) && (any && m.staff[i] || !any && s >= 0 && float64(s-born) <= min(float64(age)/10, 180)) {
			vouched[i] = true
		}
	}
	m.begun, m.vouched, m.wait = maps.Clone(vouched), vouched, min(90, age/2)
	for again := true; again; {
		again = false
		for i := range m.n {
			by := 0
			for a := range vouched {
				if m.w[a][i] > 0 {
					by++
				}
			}
			if by >= 3 && !vouched[i] {
				vouched[i], again = true, true
			}
		}
	}
	keep = m.trust(vouched, min(90, age/2))
	mass = make([]float64, m.n)
	total := 0.0
	for i := range m.n {
		for a := range vouched {
			if m.w[a][i] > 0 && m.day-m.first[a][i] >= min(90, age/2) {
				mass[i]++
				total++
			}
		}
	}
	how = "vouched"
	if total == 0 {
		how = "staff"
		for i := range m.n {
			if m.in(i) && m.staff[i] {
				mass[i]++
				total++
			}
		}
	}
	if total == 0 {
		how = "uniform"
		for i := range m.n {
			if m.in(i) {
				mass[i]++
				total++
			}
		}
	}
	for i := range mass {
		mass[i] /= max(1, total)
	}
	return mass, how, keep
}

// trust is what members keep whom others speak against.
func (m *model) trust(vouched map[int]bool, wait int32) []float64 {
	keep := make([]float64, m.n)
	for i := range m.n {
		var p, known, all float64
		for a := range m.n {
			p += m.sum[a][i]
			said, first := 0.0, int32(math.MaxInt32)
			for _, t := range m.ties {
				if t.Against && int(t.Actor) == a && int(t.Target) == i && a != i && !m.bots[a] {
					said += float64(t.Weight)
					first = min(first, int32(t.Time/dayMS))
				}
			}
			if vouched[a] {
				known += said
				all += said
			} else if m.day-first >= wait {
				all += said
			}
		}
		f := func(n float64) float64 {
			if n == 0 {
				return 1
			}
			return math.Pow(max(0, (p-n)/(p+n)), 2)
		}
		keep[i] = f(all)
		if all > 0 {
			keep[i] = max(keep[i], f(known)/8)
		}
	}
	return keep
}

func (m *model) pagerank(restart []float64) []float64 {
	x := slices.Clone(restart)
	for range 250 {
		next := make([]float64, m.n)
		for a := range m.n {
			out := 0.0
			for b := range m.n {
				out += m.w[a][b]
			}
			rest := 1.0
			if out > 0 {
				for b := range m.n {
					share := min(0.2, m.w[a][b]/out)
					next[b] += 0.85 * x[a] * share
					rest -= share
				}
			}
			for b := range m.n {
				next[b] += 0.85 * x[a] * rest * restart[b]
			}
		}
		for b := range m.n {
			next[b] += 0.15 * restart[b]
		}
		x = next
	}
	return x
}

func (m *model) hIndex(i int) uint32 {
	by := map[uint64]map[uint32]bool{}
	for _, t := range m.ties {
		if !t.Against && int(t.Target) == i && t.Actor != t.Target && t.Object != 0 && !m.bots[int(t.Actor)] {
			if by[t.Object] == nil {
				by[t.Object] = map[uint32]bool{}
			}
			by[t.Object][t.Actor] = true
		}
	}
	sizes := []int{}
	for _, of := range by {
		sizes = append(sizes, len(of))
	}
	slices.Sort(sizes)
	slices.Reverse(sizes)
	h := 0
	for h < len(sizes) && sizes[h] > h {
		h++
	}
	return uint32(h)
}

func (m *model) reach(i int) uint64 {
	near, far := map[int]bool{}, map[int]bool{}
	for a := range m.n {
		if m.won[a][i] {
			near[a] = true
		}
	}
	for a := range near {
		for b := range m.n {
			if m.won[b][a] && b != i && !near[b] {
				far[b] = true
			}
		}
	}
	return uint64(10*len(near) + len(far))
}

// dependents of a member; m is of the current board.
func (m *model) dependents(i int) uint32 {
	n := uint32(0)
	tie := func(a, b int) float64 {
		if m.w[a][b]*m.w[a][b] < 1.0/64 {
			return 0
		}
		return m.w[a][b]
	}
	for j := range m.n {
		all := 0.0
		for x := range m.n {
			all += tie(j, x) + tie(x, j)
		}
		if j != i && (tie(i, j)+tie(j, i))/all > 0.5+1e-9 {
			n++
		}
	}
	return n
}
