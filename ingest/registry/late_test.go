package registry

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// What a process wrote without knowing of a rebuild neither ends it nor takes the epoch back, and a decision that comes
// after the rebuild was given up changes nothing.
func TestLateRecordsLeaveARebuildAlone(t *testing.T) {
	const zone, data = "Asia/Shanghai", actionpb.Clock_CLOCK_DATA
	r := New(Options{})
	for i, c := range []struct{ apply, want *actionpb.Settings }{
		{&actionpb.Settings{Epoch: 1, Feeder: "ann"}, &actionpb.Settings{Epoch: 1, Feeder: "ann"}},
		{&actionpb.Settings{Clock: data, TimeZone: zone}, &actionpb.Settings{Epoch: 1, Feeder: "ann", Clock: data}},
		{&actionpb.Settings{Epoch: 1, Feeder: "ben", Swapping: true}, &actionpb.Settings{Epoch: 1, Feeder: "ann", Clock: data}},
		{&actionpb.Settings{Epoch: 1}, &actionpb.Settings{Epoch: 1}}, // given up
		{&actionpb.Settings{Epoch: 1, Feeder: "ann", Swapping: true, TimeZone: zone}, &actionpb.Settings{Epoch: 1}},
		{&actionpb.Settings{Epoch: 2, Feeder: "ben"}, &actionpb.Settings{Epoch: 2, Feeder: "ben"}},
		{&actionpb.Settings{Epoch: 1, Feeder: "ann", Swapping: true, TimeZone: zone}, &actionpb.Settings{Epoch: 2, Feeder: "ben"}},
		{&actionpb.Settings{Epoch: 2, Feeder: "ben", Swapping: true, TimeZone: zone}, &actionpb.Settings{Epoch: 2, Feeder: "ben", Swapping: true, TimeZone: zone}},
		{&actionpb.Settings{Epoch: 2, TimeZone: zone}, &actionpb.Settings{Epoch: 2, TimeZone: zone}},
	} {
		c.apply.Community, c.want.Community = "c", "c"
		rec, err := r.SetCommunity(c.apply)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Apply(rec.Value); err != nil {
			t.Fatal(err)
		}
		if got, _ := r.Community("c"); !proto.Equal(got, c.want) {
			t.Errorf("record %d: %v, want %v", i, got, c.want)
		}
	}
}
