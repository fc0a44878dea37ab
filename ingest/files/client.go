package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	patience       = time.Minute      // with a server that is away or busy
	answerWithin   = 2 * time.Minute  // one request
	longestWait    = 10 * time.Second // between two tries, unless the server asks for more
	problemAtMost  = 4 << 10          // bytes of an error's text
	importEndpoint = "/v1/import"
)

// Client is the Sender over HTTP.
type Client struct {
	url, key string
	http     *http.Client
	refused  map[schemas.Reason]int64
}

// NewClient returns a client of the running instance at baseURL, as http://127.0.0.1:8080, with an administrator's
// token or a write key.
func NewClient(baseURL, key string) *Client {
	return &Client{url: strings.TrimRight(baseURL, "/") + importEndpoint, key: key,
		http: &http.Client{Timeout: answerWithin}, refused: map[schemas.Reason]int64{}}
}

// Refused returns how many of the actions sent the server put with the rejected, by reason: the key does not cover their
// community, mostly. It must not be called while Send runs.
func (c *Client) Refused() map[schemas.Reason]int64 { return c.refused }

// Send implements Sender. It tries again for a minute while the server is away or busy; what it refuses otherwise is an
// error at once.
func (c *Client) Send(ctx context.Context, b *actionpb.ImportBatch) error {
	body, err := proto.Marshal(b)
	if err != nil {
		return fmt.Errorf("encoding a batch: %w", err)
	}
	wait := backoff.NewExponentialBackOff()
	wait.MaxInterval = longestWait
	var last error // Retry may end with its own error, which does not say what went wrong
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		err := c.post(ctx, body)
		var later *backoff.RetryAfterError
		if err != nil && !errors.As(err, &later) {
			last = err
		} else if later != nil {
			last = errors.Unwrap(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(patience))
	var refused *refusal
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &refused):
		return refused
	}
	return fmt.Errorf("sending to %s: gave up after %s: %w; once it answers again, run the same command again: "+
		"what was sent already is not counted twice", c.url, patience, last)
}

// refusal is an answer that trying again does not change.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

func (c *Client) post(ctx context.Context, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return backoff.Permanent(&refusal{fmt.Sprintf("the server's address %s is none: %v", c.url, err)})
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return c.answered(resp)
	}
	text := problem(resp)
	failed := fmt.Errorf("%s: %s", resp.Status, text)
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s >= 0 {
			return &later{failed, &backoff.RetryAfterError{Duration: time.Duration(s) * time.Second}}
		}
		return failed
	case code == http.StatusBadGateway, code == http.StatusGatewayTimeout:
		return failed
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return backoff.Permanent(&refusal{fmt.Sprintf("%s does not take this key (%s): %s; give one that may write to the community",
			c.url, resp.Status, text)})
	}
	return backoff.Permanent(&refusal{fmt.Sprintf("%s refused the import (%s): %s", c.url, resp.Status, text)})
}

// answered counts what the server refused. An answer that breaks off is tried again: what it was for is in the log once
// all the same.
func (c *Client) answered(resp *http.Response) error {
	var answer struct {
		Refused map[schemas.Reason]int64 `json:"refused"`
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, problemAtMost))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if json.Unmarshal(b, &answer) != nil {
		return nil // not Rollcall's words, but a 200
	}
	for reason, n := range answer.Refused {
		c.refused[reason] += n
	}
	return nil
}

// later is a failure with the time to wait that the server asked for.
type later struct {
	error
	after *backoff.RetryAfterError
}

// As lets Retry find the time to wait.
func (l *later) As(target any) bool {
	if t, ok := target.(**backoff.RetryAfterError); ok {
		*t = l.after
		return true
	}
	return false
}

func (l *later) Unwrap() error { return l.error }

// problem returns what an error answer says: an RFC 9457 document's detail, or the text.
func problem(resp *http.Response) string {
	b, _ := io.ReadAll(io.LimitReader(resp.Body, problemAtMost))
	if resp.StatusCode < 300 {
		return ""
	}
	var doc struct{ Title, Detail string }
	if json.Unmarshal(b, &doc) == nil && doc.Title+doc.Detail != "" {
		return strings.Trim(doc.Title+": "+doc.Detail, ": ")
	}
	if text := strings.TrimSpace(string(b)); text != "" {
		return text
	}
	return "it gave no reason"
}
