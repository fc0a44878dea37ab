package kol

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/processors/kol/leiden"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

const (
	seed         = 1    // of the search: any, but always the same
	mostClusters = 1000 // are published, the largest
	topMembers   = 10   // of each
	labels       = 3    // channels that name one
	// Visits of edges in a row that cost as much as one in the order of a search, and as one that writes an edge to any place,
	// in a graph that is larger than the processor's memory.
	searching, scattering = 8, 32
)

// marks are what clusters say of nodes.
type marks struct {
	cluster []uint32 // 0: none
	bridge  []float64
	next    uint32 // the next cluster's; 0: there was no search yet
}

// channels are in which members do most, as of a midnight.
type channels struct {
	names []string
	of    []uint32 // by member: a name, plus one
}

// channels asks for them.
func (c *Community) channels(p *Place) channels {
	x := channels{of: make([]uint32, c.reach)}
	known := map[string]uint32{"": 0}
	for m := range x.of {
		name := p.Channel(uint32(m))
		n, ok := known[name]
		if !ok {
			x.names = append(x.names, name)
			n = uint32(len(x.names))
			known[name] = n
		}
		x.of[m] = n
	}
	return x
}

// clustering is one search for clusters.
type clustering struct {
	k          *ranking
	graph      leiden.Graph
	marks      marks
	modularity float64
}

// cluster searches for the clusters of a graph without bots, all ties ever counted and both ways alike. Clusters keep their
// numbers where most of their members stay.
func cluster(k *ranking, old marks) (*clustering, work.Stages) {
	x := &clustering{k: k}
	var run *leiden.Run
	var ends []uint32
	n := k.g.Nodes()
	return x, work.Stages{
		work.Once(func() { x.graph.Rows = make([]uint32, n+1) }),
		work.Each(n, func(node uint32) int {
			return k.ties(node, func(actor uint32, _ float64) {
				x.graph.Rows[node+1]++
				x.graph.Rows[actor+1]++
			}) * 4
		}),
		work.Once(func() {
			for i := range n {
				x.graph.Rows[i+1] += x.graph.Rows[i]
			}
			ends = slices.Clone(x.graph.Rows)
			x.graph.To = make([]uint32, ends[n])
		}),
		work.Once(func() { x.graph.Weight = make([]float64, ends[n]) }),
		k.tiesOneByOne(func(node, actor uint32, weight float64) {
			for _, e := range [2][2]uint32{{node, actor}, {actor, node}} {
				x.graph.To[ends[e[0]]], x.graph.Weight[ends[e[0]]] = e[1], weight
				ends[e[0]]++
			}
		}),
		func(visits int) (int, bool) {
			if run == nil {
				run = leiden.Start(&x.graph, absent(old.cluster, 0), seed)
			}
			return 0, run.Step(max(1, visits/searching))
		},
		work.Once(func() { x.keep(run, old) }),
	}
}

// ties calls each for the edges of a board without decay into a node, but those of bots.
func (k *ranking) ties(node uint32, each func(actor uint32, weight float64)) (visits int) {
	from, to := k.g.Row(node)
	for e := from; e < to && !k.who.isBot(node); e++ {
		if a := k.g.From[e]; !k.who.isBot(a) {
			each(a, k.weight(AllTime, e))
		}
	}
	return 1 + int(to-from)
}

// tiesOneByOne calls each for the same, also in the middle of a long row; that it may write to any place is counted.
func (k *ranking) tiesOneByOne(each func(node, actor uint32, weight float64)) work.Stage {
	node, e := uint32(0), uint32(0)
	return func(visits int) (int, bool) {
		for n := uint32(k.g.Nodes()); node < n && visits > 0; node++ {
			_, to := k.g.Row(node)
			if k.who.isBot(node) {
				e = to
			}
			for visits--; e < to && visits > 0; e++ {
				if a := k.g.From[e]; !k.who.isBot(a) {
					each(node, a, k.weight(AllTime, e))
				}
				visits -= scattering
			}
			if e < to {
				return visits, false
			}
		}
		return visits, int(node) >= k.g.Nodes()
	}
}

// absent is a list in which a number that stands for no cluster is leiden's.
func absent(of []uint32, none uint32) []uint32 {
	out := slices.Clone(of)
	for i := range out {
		if out[i] == none {
			out[i] = leiden.None
		}
	}
	return out
}

func (x *clustering) keep(run *leiden.Run, old marks) {
	now := slices.Clone(run.Clusters())
	for node := range now {
		if x.graph.Rows[node] == x.graph.Rows[node+1] {
			now[node] = leiden.None
		}
	}
	x.marks.cluster, x.marks.next = leiden.Keep(absent(old.cluster, 0), now, max(1, old.next))
	for node, c := range x.marks.cluster {
		if c == leiden.None {
			x.marks.cluster[node] = 0
		}
	}
	x.marks.bridge, x.modularity = run.Bridges(), run.Modularity()
	x.graph = leiden.Graph{}
}

// town is a cluster as it is published.
type town struct {
	cluster uint32
	members uint32
	label   string
	top     []string
}

// towns are the largest clusters of two members or more.
func (x *clustering) towns(where channels, name func(member uint32) string) []town {
	size := map[uint32]uint32{}
	for _, c := range x.marks.cluster {
		size[c]++
	}
	var all []town
	for c, n := range size { // in any order: sorted below
		if c != 0 && n > 1 {
			all = append(all, town{cluster: c, members: n})
		}
	}
	slices.SortFunc(all, func(a, b town) int {
		return cmp.Or(cmp.Compare(b.members, a.members), cmp.Compare(a.cluster, b.cluster))
	})
	all = all[:min(mostClusters, len(all))]
	at := map[uint32]*town{}
	for i := range all {
		at[all[i].cluster] = &all[i]
	}
	for _, node := range x.k.boards[AllTime].order {
		if t := at[x.marks.cluster[node]]; t != nil && len(t.top) < topMembers {
			t.top = append(t.top, name(x.k.g.Members[node]))
		}
	}
	x.label(at, where)
	return all
}

// label names clusters by the channels in which most of their members do most.
func (x *clustering) label(at map[uint32]*town, where channels) {
	var keys []work.Key
	for node, c := range x.marks.cluster {
		if most := valueOf(where.of, x.k.g.Members[node]); at[c] != nil && most > 0 {
			keys = append(keys, work.Key{Key: uint64(c)<<32 | uint64(most)})
		}
	}
	type use struct {
		channel string
		members int
	}
	keys = work.Sorted(keys)
	for i := 0; i < len(keys); {
		t := at[uint32(keys[i].Key>>32)]
		var uses []use
		for i < len(keys) && keys[i].Key>>32 == uint64(t.cluster) {
			j := i
			for j < len(keys) && keys[j].Key == keys[i].Key {
				j++
			}
			uses = append(uses, use{where.names[uint32(keys[i].Key)-1], j - i})
			i = j
		}
		slices.SortFunc(uses, func(a, b use) int {
			return cmp.Or(cmp.Compare(b.members, a.members), strings.Compare(a.channel, b.channel))
		})
		var names []string
		for _, u := range uses[:min(labels, len(uses))] {
			names = append(names, u.channel)
		}
		t.label = strings.Join(names, ", ")
	}
}

func (x *clustering) tell(at int64, where channels, p *Place, rows *Rows) {
	r := &rows.Clusters
	for _, t := range x.towns(where, p.Name) {
		top := "[]"
		if b, err := json.Marshal(t.top); err == nil && len(t.top) > 0 {
			top = string(b)
		}
		r.Community = append(r.Community, p.Label)
		r.AsOf = append(r.AsOf, at)
		r.Cluster = append(r.Cluster, t.cluster)
		r.Members = append(r.Members, t.members)
		r.Label = append(r.Label, t.label)
		r.Top = append(r.Top, top)
		r.Modularity = append(r.Modularity, x.modularity)
		r.Deleted = append(r.Deleted, 0)
		r.Version = append(r.Version, p.Version)
		r.Definition = append(r.Definition, Definition)
	}
}
