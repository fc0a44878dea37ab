package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/registry"
)

// Client speaks to a running instance.
type Client struct {
	base  string
	token string
}

// Target says which instance a command means.
type Target struct {
	Dir    string // finds it by run.json
	Server string // or its URL
	Key    string // with Server: the administrator's token or a write key
}

// Connect finds the instance. It does not speak to it yet.
func Connect(t Target) (*Client, error) {
	if t.Server != "" {
		if u, err := url.Parse(t.Server); err != nil || u.Host == "" {
			return nil, Usagef("--server %q is no URL: write it like http://127.0.0.1:8080", t.Server)
		}
		return &Client{base: strings.TrimRight(t.Server, "/"), token: t.Key}, nil
	}
	run, err := FindRun(t.Dir)
	if err != nil {
		return nil, err
	}
	return &Client{base: "http://" + run.HTTP, token: run.Token}, nil
}

// With returns a client of the same instance that has another key.
func (c *Client) With(key string) *Client { return &Client{base: c.base, token: key} }

// call sends in (nil for nothing) and decodes the answer into out (nil to drop it).
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("nothing answers at %s: is `rollcall up` still running? (%w)", c.base, err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if res.StatusCode >= 300 {
		return refusal(res.Status, b)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}

// refusal makes an error of a problem document, or of whatever text there is.
func refusal(status string, body []byte) error {
	var p struct{ Title, Detail string }
	if json.Unmarshal(body, &p) == nil && p.Detail != "" {
		return errors.New(p.Detail)
	}
	return errors.New(strings.TrimSpace(strings.TrimSpace(string(body)) + " (" + status + ")"))
}

// Status asks for the pipeline's state.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	var s Status
	err := c.call(ctx, http.MethodGet, "/api/status", nil, &s)
	return &s, err
}

// Ready asks whether it does all of its work, and returns why not.
func (c *Client) Ready(ctx context.Context) error {
	return c.call(ctx, http.MethodGet, "/readyz", nil, nil)
}

// Wait returns when all that was accepted before is visible, with the time it took.
func (c *Client) Wait(ctx context.Context) (time.Duration, error) {
	var out struct{ Seconds float64 }
	err := c.call(ctx, http.MethodPost, "/api/wait", nil, &out)
	return time.Duration(out.Seconds * float64(time.Second)), err
}

// Communities lists them.
func (c *Client) Communities(ctx context.Context) ([]Community, error) {
	var out []Community
	err := c.call(ctx, http.MethodGet, "/api/communities", nil, &out)
	return out, err
}

// SetCommunity changes the settings that are not empty.
func (c *Client) SetCommunity(ctx context.Context, s CommunitySetting) (CommunitySetting, error) {
	var out CommunitySetting
	err := c.call(ctx, http.MethodPut, "/api/communities/"+url.PathEscape(s.Community), s, &out)
	return out, err
}

// Rebuild folds a community anew under the settings that are not empty laid over its own, and calls progress on the way.
func (c *Client) Rebuild(ctx context.Context, s CommunitySetting, progress func(Rebuilt)) (*Rebuilt, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/rebuild", bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking for the rebuild: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 {
		b, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		return nil, refusal(res.Status, b)
	}
	for d := json.NewDecoder(res.Body); ; {
		var r Rebuilt
		switch err := d.Decode(&r); {
		case err != nil:
			return nil, fmt.Errorf("the instance stopped on the way; the live numbers are as they were, rebuild again: %w", err)
		case r.Error != "":
			return nil, errors.New(r.Error)
		case r.Done:
			return &r, nil
		}
		if progress != nil {
			progress(r)
		}
	}
}

// lateSince returns how many actions were stored as late since a moment of the instance's own clock, by community.
func (c *Client) lateSince(ctx context.Context, since string) ([]Count, error) {
	var out bytes.Buffer
	err := c.Query(ctx, "SELECT community, count() FROM rollcall.actions FINAL WHERE late = 1 AND position(community, '@') = 0 AND received >= parseDateTime64BestEffort('"+since+"', 3, 'UTC') GROUP BY community ORDER BY community",
		"JSONCompactEachRow", &out)
	if err != nil {
		return nil, err
	}
	late := []Count{}
	for d := json.NewDecoder(&out); d.More(); {
		var row [2]json.RawMessage
		var n Count
		if err := d.Decode(&row); err != nil {
			return nil, fmt.Errorf("reading the answer: %w", err)
		}
		if err := errors.Join(json.Unmarshal(row[0], &n.Name), json.Unmarshal(bytes.Trim(row[1], `"`), &n.Count)); err != nil {
			return nil, fmt.Errorf("reading the answer: %w", err)
		}
		late = append(late, n)
	}
	return late, nil
}

// now returns the instance's clock, as text for lateSince.
func (c *Client) now(ctx context.Context) (string, error) {
	var out strings.Builder
	err := c.Query(ctx, "SELECT toString(now64(3, 'UTC'))", "TSVRaw", &out)
	return strings.TrimSpace(out.String()), err
}

// Keys lists the write keys.
func (c *Client) Keys(ctx context.Context) ([]Key, error) {
	var out []Key
	err := c.call(ctx, http.MethodGet, "/api/keys", nil, &out)
	return out, err
}

// CreateKey makes a write key; its secret is in the answer and nowhere else.
func (c *Client) CreateKey(ctx context.Context, name string, communities []string) (Key, error) {
	var out Key
	err := c.call(ctx, http.MethodPost, "/api/keys", Key{Name: name, Communities: communities}, &out)
	return out, err
}

// RevokeKey ends a write key, named by its id or by itself, and returns the id.
func (c *Client) RevokeKey(ctx context.Context, key string) (string, error) {
	id := registry.KeyID(key)
	return id, c.call(ctx, http.MethodDelete, "/api/keys/"+url.PathEscape(id), nil, nil)
}

// Query runs SQL in the database rollcall and copies the answer in the given format.
func (c *Client) Query(ctx context.Context, sql, format string, w io.Writer) error {
	q := url.Values{"format": {format}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/query?"+q.Encode(), strings.NewReader(sql))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking ClickHouse: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 {
		b, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		return refusal(res.Status, b)
	}
	if _, err := io.Copy(w, res.Body); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}
