package app

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
)

// AlertFilter says which alerts are meant. What is empty is all.
type AlertFilter struct {
	Community, State, Kind string
	Limit                  int // 0 is the server's
}

// Alerts lists alerts, the newest first.
func (c *Client) Alerts(ctx context.Context, f AlertFilter) ([]AlertRow, error) {
	q := url.Values{}
	for key, value := range map[string]string{"community": f.Community, "state": f.State, "kind": f.Kind} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	var out []AlertRow
	err := c.call(ctx, http.MethodGet, "/api/alerts?"+q.Encode(), nil, &out)
	return out, err
}

// Alert returns one. A community is needed only where several have an alert of that id.
func (c *Client) Alert(ctx context.Context, community, id string) (*AlertRow, error) {
	out := new(AlertRow)
	err := c.call(ctx, http.MethodGet, "/api/alerts/"+url.PathEscape(id)+"?"+url.Values{"community": {community}}.Encode(), nil, out)
	return out, err
}

// Acknowledge says that somebody is on it.
func (c *Client) Acknowledge(ctx context.Context, id string, cmd AlertCommand) (Commanded, error) {
	var out Commanded
	err := c.call(ctx, http.MethodPost, "/api/alerts/"+url.PathEscape(id)+"/acknowledge", cmd, &out)
	return out, err
}

// Silence keeps receivers from hearing of an alert for a while, or with an empty id of all of a community's kind.
func (c *Client) Silence(ctx context.Context, id string, cmd AlertCommand) (Commanded, error) {
	path := "/api/alerts/silence"
	if id != "" {
		path = "/api/alerts/" + url.PathEscape(id) + "/silence"
	}
	var out Commanded
	err := c.call(ctx, http.MethodPost, path, cmd, &out)
	return out, err
}

// TestAlerts sends a message for testing to a receiver, to all where none is named, and returns how each took it.
func (c *Client) TestAlerts(ctx context.Context, receiver string) ([]outbox.Tested, error) {
	var out []outbox.Tested
	err := c.call(ctx, http.MethodPost, "/api/alerts/test", map[string]string{"receiver": receiver}, &out)
	return out, err
}
