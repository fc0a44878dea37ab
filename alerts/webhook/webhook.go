package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/post"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Channel is a receiver of webhooks.
type Channel struct {
	poster *post.Poster
	keys   [][]byte
	now    func() time.Time
}

// New makes the channel of an address. The secret has the form of Standard Webhooks: whsec_ and 24 to 64 bytes in
// Base64. Several with spaces or line ends between them sign together, so that a receiver can change to the next one
// without missing an alert.
func New(address, secret string) (*Channel, error) {
	c := &Channel{now: time.Now}
	secrets := strings.Fields(secret)
	for _, s := range secrets {
		text, ok := strings.CutPrefix(s, "whsec_")
		key, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(key) < 24 || len(key) > 64 {
			return nil, errSecret
		}
		c.keys = append(c.keys, key)
	}
	if len(c.keys) == 0 {
		return nil, errSecret
	}
	var err error
	c.poster, err = post.New("webhook", address, secrets...)
	return c, err
}

var errSecret = errors.New(`webhook: its secret must be whsec_ and 24 to 64 random bytes in Base64; make one with: echo "whsec_$(openssl rand -base64 32)"`)

// Send implements alerts.Channel. Each alert is a request of its own, in their order, up to the first that fails.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	for _, a := range m.Alerts {
		if err := c.send(ctx, a, m.URL(a)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Channel) send(ctx context.Context, a *actionpb.Alert, link string) error {
	body, err := json.Marshal(newEvent(a, link))
	if err != nil {
		return alerts.Mistake(fmt.Errorf("webhook: encoding alert %s: %w", a.GetAlertId(), err))
	}
	id, timestamp := id(a), strconv.FormatInt(c.now().Unix(), 10)
	_, err = c.poster.Post(ctx, nil, http.Header{
		"Content-Type":      {"application/cloudevents+json; charset=utf-8"},
		"Webhook-Id":        {id},
		"Webhook-Timestamp": {timestamp},
		"Webhook-Signature": {c.sign(id, timestamp, body)},
	}, body)
	return err
}

// sign: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
func (c *Channel) sign(id, timestamp string, body []byte) string {
	var signatures []string
	for _, key := range c.keys {
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(signatures, " ")
}
