package alertmanager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/note"
	"github.com/rollcall-dev/rollcall/alerts/post"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Lasting is how long Alertmanager holds an open alert without hearing of it again, and testLasting a test.
const (
	Lasting     = 30 * 24 * time.Hour
	testLasting = 5 * time.Minute
)

// Channel is an Alertmanager.
type Channel struct {
	poster *post.Poster
	token  string
	now    func() time.Time
}

// New makes the channel of an Alertmanager's own address, as http://alertmanager:9093, with a path if it lies behind one,
// and with user:password@ for basic authentication. The secret is a bearer token, or empty.
func New(address, secret string) (*Channel, error) {
	secret = strings.TrimSpace(secret)
	poster, err := post.New("alertmanager", strings.TrimSuffix(strings.TrimSpace(address), "/")+"/api/v2/alerts", secret)
	if err != nil {
		return nil, err
	}
	return &Channel{poster, secret, time.Now}, nil
}

// Send implements alerts.Channel. Alertmanager replaces what it knew of an alert, so sending twice changes nothing.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	if len(m.Alerts) == 0 {
		return alerts.Mistake(errors.New("alertmanager: a message without alerts"))
	}
	now := c.now()
	all := make([]postable, 0, len(m.Alerts))
	for _, a := range m.Alerts {
		all = append(all, newPostable(m, a, now))
	}
	body, err := json.Marshal(all)
	if err != nil {
		return alerts.Mistake(fmt.Errorf("alertmanager: encoding a message: %w", err))
	}
	var header http.Header
	if c.token != "" {
		header = http.Header{"Authorization": {"Bearer " + c.token}}
	}
	_, err = c.poster.Post(ctx, nil, header, body)
	return err
}

// postable is postableAlert of Alertmanager's api/v2/openapi.yaml.
type postable struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

func newPostable(m alerts.Message, a *actionpb.Alert, now time.Time) postable {
	starts := time.UnixMilli(a.GetOpened())
	if starts.After(now) {
		starts = now
	}
	ends := now.Add(Lasting)
	switch {
	case a.GetChange() == "test": // is over at once, of which Alertmanager would tell nobody
		starts, ends = now, now.Add(testLasting)
	case a.GetState() == "resolved":
		ends = now
	}
	n := note.Full(alerts.Message{Alerts: []*actionpb.Alert{a}, Language: m.Language, Link: m.Link, Zone: m.Zone}).Notes[0]
	p := postable{
		Labels:   map[string]string{"alertname": name(a.GetKind()), "community": a.GetCommunity(), "kind": a.GetKind()},
		StartsAt: starts.UTC(), EndsAt: ends.UTC(), GeneratorURL: n.Link,
	}
	var people []string
	for _, person := range n.People {
		people = append(people, person.Line(m.Language))
	}
	p.Annotations = filled(map[string]string{
		"summary": harmless(n.Title), "description": harmless(n.Text...), "contact_first": harmless(people...),
		"severity": a.GetSeverity(), "change": a.GetChange(), "alert_id": a.GetAlertId(),
		"sequence": strconv.FormatUint(uint64(a.GetSequence()), 10), "link": n.Link,
		"acknowledged_by": harmless(note.Plain(a.GetAcknowledgedBy(), 64)),
	})
	return p
}

// harmless is for Alertmanager's receivers, some of which would take markup and mentions in an annotation for their own.
func harmless(lines ...string) string { return note.Defused(strings.Join(lines, "\n")) }

// filled leaves out what is empty.
func filled(all map[string]string) map[string]string {
	for key, text := range all {
		if text == "" {
			delete(all, key)
		}
	}
	return all
}

// name is leave_spike as RollcallLeaveSpike.
func name(kind string) string {
	out := "Rollcall"
	for word := range strings.SplitSeq(kind, "_") {
		if word != "" {
			out += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return out
}
