package testkit

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// RaiseAlerts appends to rollcall.alerts, one by one as the folds do, the whole life of alerts aN of the community lab:
// opened, updated, resolved.
func RaiseAlerts(t testing.TB, brokers string, from, to int) {
	t.Helper()
	p, err := kafka.NewProducer(kafka.Config{Brokers: []string{brokers}}, kafka.ProducerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	now := time.Now().UnixMilli()
	for n := from; n < to; n++ {
		for i, change := range []string{"opened", "updated", "resolved"} {
			a := &actionpb.Alert{Version: 1, Community: "lab", AlertId: fmt.Sprint("a", n), Sequence: uint32(i + 1), Kind: "leave_spike",
				State: "open", Change: change, Severity: "critical", Opened: now, Updated: now + int64(i), TitleEn: "Members left", TitleZh: "成员退出"}
			if change == "resolved" {
				a.State, a.Resolved = change, a.Updated
			}
			b, err := proto.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Append(t.Context(), schemas.TopicAlerts, []schemas.Record{{Key: []byte(a.Community), Value: b}}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
