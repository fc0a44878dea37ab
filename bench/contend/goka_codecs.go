package contend

import (
	"context"
	"encoding/json"
	"hash"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/bench/contend/memberpb"
	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const dayMS = 86_400_000

// gokaProto is the job with generated protobuf types.
func gokaProto(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	return gokaJob{
		input: protoInput{}, table: protoTable{},
		act: func(old any, d doing) any {
			v, _ := old.(*memberpb.Member)
			if v == nil {
				v = &memberpb.Member{FirstSeen: d.time, ByKind: make([]uint32, schemas.Kinds), Days: make([]uint64, 1)}
			}
			v.LastSeen = max(v.LastSeen, d.time)
			v.Actions++
			v.ByKind[d.kind]++
			v.Days = setDay(v.Days, v.FirstSeen, d.time)
			return v
		},
		actions: func(state any) int64 { return state.(*memberpb.Member).Actions },
	}.run(ctx, s, m)
}

// setDay sets the bit of the day of ms, counted from the day of first.
func setDay(days []uint64, first, ms int64) []uint64 {
	n := max(0, ms/dayMS-first/dayMS)
	for int64(len(days)) <= n/64 {
		days = append(days, 0)
	}
	days[n/64] |= 1 << (n % 64)
	return days
}

type protoInput struct{}

func (protoInput) Encode(any) ([]byte, error) { return nil, nil } // nothing is written to the input

func (protoInput) Decode(b []byte) (any, error) {
	var a actionpb.Action
	if err := proto.Unmarshal(b, &a); err != nil {
		return nil, err
	}
	return doing{kind: int(a.Kind), time: a.Time, member: a.Member}, nil
}

type protoTable struct{}

func (protoTable) Encode(v any) ([]byte, error) { return proto.Marshal(v.(*memberpb.Member)) }

func (protoTable) Decode(b []byte) (any, error) {
	var v memberpb.Member
	return &v, proto.Unmarshal(b, &v)
}

// jsonMember is memberpb.Member for encoding/json.
type jsonMember struct {
	FirstSeen int64          `json:"first_seen"`
	LastSeen  int64          `json:"last_seen"`
	Actions   int64          `json:"actions"`
	ByKind    map[string]int `json:"by_kind"`
	Days      []uint64       `json:"days"`
}

// gokaJSON is the job with JSON.
func gokaJSON(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	return gokaJob{
		input: jsonInput{}, table: jsonTable{},
		act: func(old any, d doing) any {
			v, _ := old.(*jsonMember)
			if v == nil {
				v = &jsonMember{FirstSeen: d.time, ByKind: map[string]int{}}
			}
			v.LastSeen = max(v.LastSeen, d.time)
			v.Actions++
			v.ByKind[schemas.Kind(d.kind).String()]++
			v.Days = setDay(v.Days, v.FirstSeen, d.time)
			return v
		},
		actions: func(state any) int64 { return state.(*jsonMember).Actions },
	}.run(ctx, s, m)
}

type jsonInput struct{}

func (jsonInput) Encode(any) ([]byte, error) { return nil, nil }

func (jsonInput) Decode(b []byte) (any, error) {
	var a struct {
		Member string `json:"member"`
		Kind   string `json:"kind"`
		Time   int64  `json:"time"`
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return nil, err
	}
	return doing{kind: int(schemas.KindOf([]byte(a.Kind))), time: a.Time, member: a.Member}, nil
}

type jsonTable struct{}

func (jsonTable) Encode(v any) ([]byte, error) { return json.Marshal(v) }

func (jsonTable) Decode(b []byte) (any, error) {
	var v jsonMember
	return &v, json.Unmarshal(b, &v)
}

// murmur2 is the hash of Kafka's own clients, by which the topics are filled: goka's default is another one, and its table
// would lie in other partitions than its input.
type murmur2 struct{ b []byte }

func newMurmur2() hash.Hash32 { return &murmur2{} }

func (h *murmur2) Write(b []byte) (int, error) {
	h.b = append(h.b, b...)
	return len(b), nil
}

func (h *murmur2) Reset()         { h.b = h.b[:0] }
func (h *murmur2) Size() int      { return 4 }
func (h *murmur2) BlockSize() int { return 4 }
func (h *murmur2) Sum(b []byte) []byte {
	v := h.Sum32()
	return append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func (h *murmur2) Sum32() uint32 {
	const m, r = 0x5bd1e995, 24
	b := h.b
	v := uint32(0x9747b28c) ^ uint32(len(b))
	for ; len(b) >= 4; b = b[4:] {
		k := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
		k *= m
		k ^= k >> r
		v = v*m ^ k*m
	}
	for i := len(b) - 1; i >= 0; i-- {
		v ^= uint32(b[i]) << (8 * i)
		if i == 0 {
			v *= m
		}
	}
	v ^= v >> 13
	v *= m
	return (v ^ v>>15) & 0x7fffffff // as the clients do before they divide
}
