package kol

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

const (
	// Top is how many of each board are published with all their numbers.
	Top = 100
	// mostDependents of a KOL are listed; all are counted.
	mostDependents = 1000
	direct         = 10 // Orbit's weights of reach
	// searchingGifts is how many visits of an edge cost as much as a search among gifts or in a long row.
	searchingGifts = 25
)

// portrait is what is said of one of the first on a board.
type portrait struct {
	node   uint32
	hIndex uint32
	reach  uint64
}

// dependent is a member more than half of whose tie weight is with one of the first, by node.
type dependent struct {
	kol, member uint32
	share       float64
}

// portraits are of the first of both boards.
type portraits struct {
	k          *ranking
	of         [boards][]portrait
	count      []uint32    // dependents by node
	dependents []dependent // by KOL, the greatest share first
}

// portray describes the first of a ranking that the stages before have made.
func portray(k *ranking, name func(member uint32) string) (*portraits, work.Stages) {
	p := &portraits{k: k}
	return p, work.Stages{work.Later(p.reaches), work.Later(func() work.Stages { return p.depend(name) })}
}

func (p *portraits) reaches() (all work.Stages) {
	marks := make([]uint32, p.k.g.Nodes())
	stamp := uint32(0)
	for b := range boards {
		p.of[b] = make([]portrait, len(p.k.first(b)))
		for i, node := range p.k.first(b) {
			stamp++
			p.of[b][i].node = node
			all = append(all, p.reach(b, &p.of[b][i], marks, stamp))
		}
	}
	return all
}

func (k *ranking) first(b Board) []uint32 {
	return k.boards[b].order[:min(Top, len(k.boards[b].order))]
}

// reach counts who endorses a member, and who endorses those. Nodes with a mark of stamp were counted.
func (p *portraits) reach(b Board, of *portrait, marks []uint32, stamp uint32) work.Stage {
	k := p.k
	return work.Later(func() work.Stages {
		of.hIndex = k.g.HIndex(of.node, k.who.isBot)
		row := k.endorsers(b, of.node, nil)
		of.reach = direct * uint64(len(row))
		marks[of.node] = stamp
		for _, a := range row {
			marks[a] = stamp
		}
		var far []uint32
		return work.Stages{work.Each(len(row), func(i uint32) int {
			far = k.endorsers(b, row[i], far[:0])
			for _, a := range far {
				if marks[a] != stamp {
					marks[a] = stamp
					of.reach++
				}
			}
			return 12 + 3*len(far) // rows and members anywhere
		})}
	})
}

// endorsers of a node on a board are appended to a list.
func (k *ranking) endorsers(b Board, node uint32, to []uint32) []uint32 {
	from, end := k.g.Row(node)
	for e := from; e < end; e++ {
		if a := k.g.From[e]; k.counts(b, e) && !k.who.isBot(a) {
			to = append(to, a)
		}
	}
	return to
}

// gift is what one of the first gives another.
type gift struct {
	kol, member uint32
	weight      float64
}

// depend finds the dependents of the first of both boards.
func (p *portraits) depend(name func(member uint32) string) work.Stages {
	k, n := p.k, p.k.g.Nodes()
	p.count = make([]uint32, n)
	total := make([]float64, n) // tie weight by node
	isKOL := make([]bool, n)
	var kols []uint32
	for b := range boards {
		for _, node := range k.first(b) {
			if !isKOL[node] {
				isKOL[node] = true
				kols = append(kols, node)
			}
		}
	}
	var gifts []gift // in the order of edges
	sum := func(node uint32) int {
		from, to := k.g.Row(node)
		for e := from; e < to && !k.who.isBot(node); e++ {
			a := k.g.From[e]
			if k.who.isBot(a) {
				continue
			}
			w := p.tie(e)
			total[a] += w
			total[node] += w
			if isKOL[a] {
				gifts = append(gifts, gift{a, node, w})
			}
		}
		return 1 + summing*int(to-from)
	}
	all := work.Stages{work.Each(n, sum)}
	for _, kol := range kols { // whose rows are long
		from, to := k.g.Row(kol)
		all = append(all, work.Each(int(to-from), func(i uint32) int {
			if a := k.g.From[from+i]; !k.who.isBot(a) {
				p.note(kol, a, (p.tie(from+i)+given(gifts, kol, a))/total[a])
			}
			return searchingGifts
		}))
	}
	only := func(i uint32) int { // to members who give nothing back
		x := gifts[i]
		from, to := k.g.Row(x.kol)
		if _, ok := slices.BinarySearch(k.g.From[from:to], x.member); !ok {
			p.note(x.kol, x.member, x.weight/total[x.member])
		}
		return searchingGifts
	}
	return append(all, work.Later(func() work.Stages { return work.Stages{work.Each(len(gifts), only)} }),
		work.Later(func() work.Stages { return p.sort(name) }))
}

// tie is what an edge adds to the ties of both: nothing where its endorsements have decayed to less than a sixty-fourth. One
// of years ago binds nobody, though it be the only one.
func (p *portraits) tie(e uint32) float64 {
	if p.k.g.Current[e] < p.k.half/32 {
		return 0
	}
	return p.k.weight(Current, e)
}

// given is what a KOL gives a member.
func given(gifts []gift, kol, member uint32) float64 {
	i, ok := slices.BinarySearchFunc(gifts, gift{kol: kol, member: member}, func(a, b gift) int {
		return cmp.Or(cmp.Compare(a.member, b.member), cmp.Compare(a.kol, b.kol))
	})
	if !ok {
		return 0
	}
	return gifts[i].weight
}

// note notes a share of more than a half; what is more only by the last bits of a sum, which depend on its order, is not. A
// share of nothing is none.
func (p *portraits) note(kol, member uint32, share float64) {
	if share > 0.5+1e-9 {
		p.count[kol]++
		p.dependents = append(p.dependents, dependent{kol, member, math.Float64frombits(rounded(min(1, share)))})
	}
}

func (p *portraits) sort(name func(member uint32) string) work.Stages {
	of := func(node uint32) string { return name(p.k.g.Members[node]) }
	return work.Stages{
		work.Sort(&p.dependents, func(a, b dependent) int {
			if c := cmp.Or(cmp.Compare(a.kol, b.kol), cmp.Compare(b.share, a.share)); c != 0 {
				return c
			}
			return strings.Compare(of(a.member), of(b.member))
		}),
		work.Once(func() {
			kept, n := p.dependents[:0], 0
			for i, d := range p.dependents {
				if n++; i == 0 || p.dependents[i-1].kol != d.kol {
					n = 1
				}
				if n <= mostDependents {
					kept = append(kept, d)
				}
			}
			p.dependents = kept
		})}
}
