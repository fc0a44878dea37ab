package kafka

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
	"pgregory.net/rapid"
)

// TestSticky lets members come, go and freeze. Each deal must be whole and even, move no more than evenness asks for,
// and not depend on the order of the members.
func TestSticky(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const topic = "t"
		var partitions []kafkago.Partition
		for p := range rapid.IntRange(1, 20).Draw(t, "partitions") {
			partitions = append(partitions, kafkago.Partition{Topic: topic, ID: p}, kafkago.Partition{Topic: "other", ID: p})
		}
		total := len(partitions) / 2
		members := map[string]*sticky{}
		owner := map[int]string{} // as of the last deal
		for generation := range rapid.Int32Range(1, 12).Draw(t, "generations") {
			for range rapid.IntRange(1, 3).Draw(t, "changes") {
				if len(members) > 1 && rapid.Bool().Draw(t, "goes") {
					delete(members, rapid.SampledFrom(slices.Sorted(maps.Keys(members))).Draw(t, "member"))
				} else {
					name := fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "name"), "/", generation, "/", len(members)) // Kafka makes them up
					members[name] = &sticky{topic: topic}
					if rapid.Bool().Draw(t, "was frozen") { // it claims what it had long ago
						members[name].own(max(0, generation-1), rapid.SliceOfDistinct(rapid.IntRange(0, 30), rapid.ID).Draw(t, "stale"))
					}
				}
			}
			var asked []kafkago.GroupMember
			for _, name := range slices.Sorted(maps.Keys(members)) {
				data, _ := members[name].UserData()
				asked = append(asked, kafkago.GroupMember{ID: name, Topics: []string{topic}, UserData: data})
			}
			dealt := (&sticky{topic: topic}).AssignGroups(asked, partitions)
			again := (&sticky{topic: topic}).AssignGroups(rapid.Permutation(asked).Draw(t, "order"), partitions)
			if diff := cmp.Diff(dealt, again); diff != "" {
				t.Fatalf("another order, another deal:\n%s", diff)
			}
			held, now, kept := map[string]int{}, map[int]string{}, 0
			for p, name := range owner {
				if _, in := members[name]; in && p < total {
					held[name]++
				}
			}
			for name := range members {
				own := dealt[name][topic]
				if low := total / len(members); len(own) < low || len(own) > low+1 {
					t.Fatalf("%d of %d members has %d of %d partitions", 1, len(members), len(own), total)
				}
				for _, p := range own {
					if now[p] != "" {
						t.Fatalf("partition %d is dealt out twice", p)
					}
					now[p] = name
					if owner[p] == name {
						kept++
					}
				}
				members[name].own(generation+1, own)
			}
			if len(now) != total {
				t.Fatalf("%d of %d partitions are dealt out", len(now), total)
			}
			if best := mostKept(held, total, len(members)); kept < best {
				t.Fatalf("%d partitions stay, %d could", kept, best)
			}
			owner = now
		}
	})
}

// mostKept is how many partitions can stay: a share each, one more for as many as there are partitions left over.
func mostKept(held map[string]int, total, members int) (n int) {
	larger := total % members
	for _, h := range held {
		n += min(h, total/members)
		if h > total/members && larger > 0 {
			larger--
			n++
		}
	}
	return n
}

func TestForeignClaims(t *testing.T) {
	for _, data := range [][]byte{nil, {0xff}, {1, 0xff}, {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, []byte("something else")} {
		got := (&sticky{topic: "t"}).AssignGroups([]kafkago.GroupMember{{ID: "a", UserData: data}}, []kafkago.Partition{{Topic: "t", ID: 3}})
		if diff := cmp.Diff(kafkago.GroupMemberAssignments{"a": {"t": {3}}}, got); diff != "" {
			t.Errorf("%x: %s", data, diff)
		}
	}
}
