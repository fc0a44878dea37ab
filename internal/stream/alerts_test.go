package stream

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// raised returns the changes of alerts on the log. What was said twice must be the same, and no change come before an earlier
// one was said.
func (w *world) raised(t *testing.T) map[string]string {
	out, last := map[string]string{}, map[string]uint32{}
	for _, b := range w.topics[schemas.TopicAlerts][0].records {
		var a actionpb.Alert
		if err := proto.Unmarshal(b, &a); err != nil {
			t.Fatal(err)
		}
		change, text := fmt.Sprint(a.AlertId, " ", a.Sequence), prototext.Format(&a)
		if said, ok := out[change]; ok && said != text {
			t.Errorf("alert %s was\n%s\nand is\n%s", change, said, text)
		}
		if at := last[a.AlertId]; at > 0 && a.Sequence > at+1 { // of one that a rebuild has opened only the end may be told
			t.Errorf("alert %s comes after %d", change, at)
		}
		out[change], last[a.AlertId] = text, max(last[a.AlertId], a.Sequence)
	}
	return out
}
