package app

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/internal/kafka"
)

func TestDoctorSaysWhatIsWrongWithATopic(t *testing.T) {
	c := bareLog(t, "1000")
	found := doctorKafka(t.Context(), c, nil)
	for _, f := range found {
		if f.Part == "topic rollcall.actions" {
			if f.OK || !strings.Contains(f.Text, "retention.ms=1000: `kafka-configs --alter") {
				t.Errorf("%+v", f)
			}
			continue
		}
		if !f.OK {
			t.Errorf("%+v", f)
		}
	}
	if len(found) != 2+5+1+3 {
		t.Errorf("%d findings: %+v", len(found), found)
	}
	there := &kafka.Cluster{Brokers: 3, Topics: map[string]kafka.TopicState{"rollcall.signals": {Partitions: 2, Replicas: 1, InSync: 1, Leaderless: 1,
		Settings: map[string]string{"min.insync.replicas": "2", "cleanup.policy": "compact", "retention.ms": "-1"}}}}
	f := doctorTopic(kafka.Topic{Name: "rollcall.signals", Partitions: 4}, there)
	for _, want := range []string{"2 partitions instead of 4", "no leader", "min.insync.replicas asks for 2", "cleanup.policy=delete`", "1 replica on 3 brokers"} {
		if f.OK || !strings.Contains(f.Text, want) {
			t.Errorf("want %q in %q", want, f.Text)
		}
	}
}

// A receiver's group is new, or lags; one that no configuration names is told of, with the way to forget it.
func TestDoctorLooksAtReceivers(t *testing.T) {
	c := bareLog(t, "")
	publish(t, c, change("a", 1, "open"), change("a", 2, "resolved"))
	commit := func(receiver string, offset int64) {
		ctx, cancel := context.WithCancel(t.Context())
		err := (alertLog{config: c, logger: slog.New(slog.DiscardHandler)}).Join(ctx, outbox.Group(receiver), func(_ context.Context, commit func(int64) error) error {
			defer cancel()
			return commit(offset)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	commit("behind", 1)
	commit("gone", 2)
	got := map[string]string{}
	for _, f := range doctorReceivers(t.Context(), c, []string{"fresh", "behind"}) {
		if !f.OK {
			t.Errorf("%+v", f)
		}
		got[f.Part] = f.Text
	}
	want := map[string]string{
		"group rollcall.alerts.fresh":  "new: it begins",
		"group rollcall.alerts.behind": "no `rollcall alert` sends to it; 1 records of rollcall.alerts wait",
		"group rollcall.alerts.gone":   "no receiver of this configuration, and nobody sends to it; 0 records wait. If it was removed or renamed, forget it: `kafka-consumer-groups --delete --group rollcall.alerts.gone`",
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	for part, text := range want {
		if !strings.HasPrefix(got[part], text) {
			t.Errorf("%s: %q, want %q", part, got[part], text)
		}
	}
}
