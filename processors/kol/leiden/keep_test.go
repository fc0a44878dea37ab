package leiden

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func keep(old, now []uint32, next uint32) (ids []uint32, after uint32) {
	k, all := Keep(old, now, next)
	all.Finish()
	return k.IDs, k.Next
}

func TestKeep(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, now []uint32
		next     uint32
		want     []uint32
		after    uint32
	}{
		{"nothing", nil, nil, 5, []uint32{}, 5},
		{"the first time", nil, []uint32{0, 0, 1}, 5, []uint32{5, 5, 6}, 7},
		{"equal, other numbers", []uint32{7, 7, 3, 3, 9}, []uint32{0, 0, 1, 1, 2}, 10, []uint32{7, 7, 3, 3, 9}, 10},
		{"a split: the greater part keeps the id", []uint32{4, 4, 4, 4, 4}, []uint32{0, 0, 1, 1, 1}, 5, []uint32{5, 5, 4, 4, 4}, 6},
		{"equal parts: the lower number keeps it", []uint32{4, 4, 4, 4}, []uint32{1, 1, 0, 0}, 5, []uint32{5, 5, 4, 4}, 6},
		{"a merge: the id of the greater", []uint32{1, 1, 2, 2, 2}, []uint32{0, 0, 0, 0, 0}, 3, []uint32{2, 2, 2, 2, 2}, 3},
		{"a merge of equals: the lower id", []uint32{2, 2, 1, 1}, []uint32{0, 0, 0, 0}, 3, []uint32{1, 1, 1, 1}, 3},
		{"the second choice, where the first is taken", []uint32{1, 1, 1, 1, 1, 1, 2}, []uint32{0, 0, 0, 0, 1, 1, 1}, 3,
			[]uint32{1, 1, 1, 1, 2, 2, 2}, 3},
		{"a node that is new and one that is gone", []uint32{8, 8, 9}, []uint32{0, 0, None, 0, 1}, 10, []uint32{8, 8, None, 8, 10}, 11},
		{"a node that had none", []uint32{None, 8}, []uint32{0, 1}, 9, []uint32{9, 8}, 10},
		{"next is behind", []uint32{8, 2}, []uint32{0, 0}, 1, []uint32{2, 2}, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			ids, after := keep(c.old, c.now, c.next)
			if diff := cmp.Diff(c.want, ids); diff != "" || after != c.after {
				t.Errorf("%s next %d, want %d", diff, after, c.after)
			}
		})
	}
}

// Ids tell the same nodes apart as the clusters do, and no overlap is passed over for a smaller one.
func TestKeepIsTheGreediestChoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cluster := rapid.SampledFrom([]uint32{0, 1, 2, 3, 4, None})
		old := rapid.SliceOfN(cluster, 0, 30).Draw(t, "old")
		now := rapid.SliceOfN(cluster, 0, 30).Draw(t, "now")
		ids, after := keep(old, now, 5)
		shared := func(clusters []uint32, a, b uint32) (n int) {
			for v := range min(len(old), len(now)) {
				if old[v] == a && clusters[v] == b {
					n++
				}
			}
			return n
		}
		for v, id := range ids {
			if (id == None) != (now[v] == None) || id != None && id >= after {
				t.Fatalf("node %d of cluster %d has id %d", v, now[v], id)
			}
			for u := range ids {
				if (ids[u] == id) != (now[u] == now[v]) {
					t.Fatalf("nodes %d and %d: clusters %d and %d, ids %d and %d", u, v, now[u], now[v], ids[u], id)
				}
			}
			if id == None {
				continue
			}
			kept := shared(ids, id, id)
			for other := range uint32(5) {
				// Another id would have been a greater overlap both for this cluster and for the one that has it.
				if n := shared(ids, other, id); n > kept && n > shared(ids, other, other) {
					t.Fatalf("cluster %d has id %d for %d nodes, not %d for %d: %v", now[v], id, kept, other, n, ids)
				}
			}
		}
	})
}
