package kafka

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	kafkago "github.com/segmentio/kafka-go"
)

// sticky deals a topic's partitions out evenly and moves as few as it can, so that warm state is of use: the library
// takes all partitions from all members at each rebalance, and its own balancers deal them out by the members' random
// names. Each member tells what it owned last; the leader, any of them, goes by that.
type sticky struct {
	topic string

	mu         sync.Mutex
	generation int32
	owned      []int
}

// claim is what a member tells: the partitions it owned in a generation of the group.
type claim struct {
	member     string
	generation uint64
	partitions []int
}

// own notes what the next rebalance is told.
func (s *sticky) own(generation int32, partitions []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation, s.owned = generation, slices.Clone(partitions)
}

// ProtocolName implements kafkago.GroupBalancer. All members of a group must agree on it.
func (s *sticky) ProtocolName() string { return "rollcall-sticky" }

// UserData implements kafkago.GroupBalancer.
func (s *sticky) UserData() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := binary.AppendUvarint(nil, uint64(s.generation))
	for _, p := range s.owned {
		b = binary.AppendUvarint(b, uint64(p))
	}
	return b, nil
}

func parseClaim(m kafkago.GroupMember) claim {
	c := claim{member: m.ID}
	var n int
	b := m.UserData
	c.generation, n = binary.Uvarint(b)
	for n > 0 && n < len(b) {
		b = b[n:]
		var p uint64
		if p, n = binary.Uvarint(b); n > 0 && p < 1<<31 {
			c.partitions = append(c.partitions, int(p))
		}
	}
	return c
}

// AssignGroups implements kafkago.GroupBalancer.
func (s *sticky) AssignGroups(members []kafkago.GroupMember, partitions []kafkago.Partition) kafkago.GroupMemberAssignments {
	var free []int
	for _, p := range partitions {
		if p.Topic == s.topic {
			free = append(free, p.ID)
		}
	}
	slices.Sort(free)
	dealt := kafkago.GroupMemberAssignments{}
	for member, own := range deal(claims(members, free), free) {
		dealt[member] = map[string][]int{s.topic: own}
	}
	return dealt
}

// claims returns what every member may keep of the partitions that there are, the newest generation first. Of two who name the same one, the newer
// generation has it: the other was frozen meanwhile.
func claims(members []kafkago.GroupMember, partitions []int) []claim {
	var all []claim
	for _, m := range members {
		all = append(all, parseClaim(m))
	}
	slices.SortFunc(all, func(a, b claim) int {
		return cmp.Or(cmp.Compare(b.generation, a.generation), cmp.Compare(a.member, b.member))
	})
	taken := map[int]bool{}
	for i := range all {
		var keep []int
		for _, p := range all[i].partitions {
			if _, there := slices.BinarySearch(partitions, p); there && !taken[p] {
				taken[p] = true
				keep = append(keep, p)
			}
		}
		all[i].partitions = keep
	}
	return all
}

// deal gives each member its even share, of what it claims as much as fits in.
func deal(all []claim, partitions []int) map[string][]int {
	// Those who can fill the larger shares get them.
	slices.SortStableFunc(all, func(a, b claim) int {
		larger := len(partitions)/len(all) + 1
		return cmp.Compare(min(larger, len(b.partitions)), min(larger, len(a.partitions)))
	})
	dealt, kept := map[string][]int{}, map[int]bool{}
	share := func(i int) int { return (len(partitions) + len(all) - 1 - i) / len(all) }
	for i, c := range all {
		dealt[c.member] = c.partitions[:min(len(c.partitions), share(i))]
		for _, p := range dealt[c.member] {
			kept[p] = true
		}
	}
	i := 0
	for _, p := range partitions {
		if kept[p] {
			continue
		}
		for len(dealt[all[i].member]) == share(i) {
			i++
		}
		dealt[all[i].member] = append(dealt[all[i].member], p)
	}
	return dealt
}
