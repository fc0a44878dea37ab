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
	towns      []town
}

// cluster searches for the clusters of a graph without bots, all ties ever counted and both ways alike. Clusters keep their
// numbers where most of their members stay.
func cluster(k *ranking, old marks, where channels, name func(member uint32) string) (*clustering, work.Stages) {
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
		}),
		work.Once(func() { x.graph.To = make([]uint32, ends[n]) }), // so large that it takes as long as a slice
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
		work.Later(func() work.Stages { return x.keep(run, old) }),
		work.Later(func() work.Stages { return x.found(where, name) }),
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
			for ; e < to && visits > 0; e++ {
				if a := k.g.From[e]; !k.who.isBot(a) {
					each(node, a, k.weight(AllTime, e))
				}
				visits -= scattering
			}
			if visits--; e < to {
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

// keep finds the numbers that clusters keep.
func (x *clustering) keep(run *leiden.Run, old marks) work.Stages {
	now := slices.Clone(run.Clusters())
	for node := range now {
		if x.graph.Rows[node] == x.graph.Rows[node+1] {
			now[node] = leiden.None
		}
	}
	kept, all := leiden.Keep(absent(old.cluster, 0), now, max(1, old.next))
	return append(all, work.Once(func() {
		x.marks = marks{kept.IDs, run.Bridges(), kept.Next}
		for node, c := range x.marks.cluster {
			if c == leiden.None {
				x.marks.cluster[node] = 0
			}
		}
		x.modularity = run.Modularity()
		x.graph = leiden.Graph{}
	}))
}

// town is a cluster as it is published.
type town struct {
	cluster uint32
	members uint32
	keys    [2]uint32 // where the keys of its members begin and end
	label   string
	top     []string
}

// found finds the largest clusters of two members or more.
func (x *clustering) found(where channels, name func(member uint32) string) work.Stages {
	const lookup = 4
	var keys []work.Key // of members: cluster and channel
	g, order := x.k.g, x.k.boards[AllTime].order
	at := map[uint32]*town{}
	return work.Stages{
		work.Each(g.Nodes(), func(node uint32) int {
			if c := x.marks.cluster[node]; c != 0 {
				keys = append(keys, work.Key{Key: uint64(c)<<32 | uint64(valueOf(where.of, g.Members[node]))})
			}
			return lookup
		}),
		work.SortKeys(&keys),
		work.Later(func() work.Stages {
			return work.Stages{work.Each(len(keys), func(i uint32) int {
				c := uint32(keys[i].Key >> 32)
				if n := len(x.towns); n == 0 || x.towns[n-1].cluster != c {
					if n > 0 && x.towns[n-1].members == 1 {
						x.towns = x.towns[:n-1]
					}
					x.towns = append(x.towns, town{cluster: c, keys: [2]uint32{i}})
				}
				t := &x.towns[len(x.towns)-1]
				t.members++
				t.keys[1] = i + 1
				return 1
			})}
		}),
		work.Sort(&x.towns, func(a, b town) int {
			return cmp.Or(cmp.Compare(b.members, a.members), cmp.Compare(a.cluster, b.cluster))
		}),
		work.Later(func() work.Stages {
			if n := len(x.towns); n > 0 && x.towns[n-1].members == 1 {
				x.towns = x.towns[:n-1]
			}
			x.towns = x.towns[:min(mostClusters, len(x.towns))]
			for i := range x.towns {
				at[x.towns[i].cluster] = &x.towns[i]
			}
			return work.Stages{
				work.Each(len(order), func(i uint32) int {
					if t := at[x.marks.cluster[order[i]]]; t != nil && len(t.top) < topMembers {
						t.top = append(t.top, name(g.Members[order[i]]))
					}
					return lookup
				}),
				work.Each(len(x.towns), func(i uint32) int {
					t := &x.towns[i]
					t.label = label(keys[t.keys[0]:t.keys[1]], where)
					return 1 + int(t.members)
				})}
		})}
}

// label names a cluster by the channels in which most of its members do most. Keys are theirs, sorted.
func label(keys []work.Key, where channels) string {
	type use struct {
		channel string
		members int
	}
	var uses []use
	for i := range keys {
		switch channel := uint32(keys[i].Key); {
		case channel == 0:
		case i > 0 && keys[i] == keys[i-1]:
			uses[len(uses)-1].members++
		default:
			uses = append(uses, use{where.names[channel-1], 1})
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(b.members, a.members), strings.Compare(a.channel, b.channel))
	})
	var names []string
	for _, u := range uses[:min(labels, len(uses))] {
		names = append(names, u.channel)
	}
	return strings.Join(names, ", ")
}

func (x *clustering) tell(at int64, p *Place, rows *Rows) {
	r := &rows.Clusters
	for _, t := range x.towns {
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
