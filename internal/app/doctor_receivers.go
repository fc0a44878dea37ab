package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
)

// doctorReceivers looks at the consumer groups of receivers: of those that are configured here, and of all others that
// the cluster remembers.
func doctorReceivers(ctx context.Context, c KafkaConfig, names []string) (out []Finding) {
	ours := map[string]bool{}
	for _, name := range names {
		ours[outbox.Group(name)] = true
		out = append(out, doctorReceiver(ctx, c, outbox.Group(name), "no `rollcall alert` sends to it; %d records of "+schemas.TopicAlerts+" wait"))
	}
	groups, err := kafka.Groups(ctx, c)
	if err != nil {
		return append(out, Finding{Part: "groups of receivers", Text: fmt.Sprintf("%v: check that the user may describe groups rollcall.*", err)})
	}
	for _, g := range groups {
		if strings.HasPrefix(g, outbox.Group("")) && !ours[g] {
			out = append(out, doctorReceiver(ctx, c, g, "no receiver of this configuration, and nobody sends to it; %d records wait. If it was removed or renamed, forget it: "+
				"`kafka-consumer-groups --delete --group "+g+"`; else a receiver of that name is sent all since"))
		}
	}
	return out
}

func doctorReceiver(ctx context.Context, c KafkaConfig, group, idle string) Finding {
	f, told := doctorGroup(ctx, c, group, schemas.TopicAlerts, alertPartition+1, idle)
	if f.OK && told[alertPartition] < 0 {
		f.Text = "new: it begins with the alerts that are open once `rollcall alert` runs"
	}
	return f
}
