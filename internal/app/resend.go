package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/ingest/segment"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Resent is what became of bad events that were sent again.
type Resent struct {
	Accepted int           `json:"accepted"`
	Refused  int           `json:"refused"`
	Events   []ResentEvent `json:"events"`
}

// ResentEvent is one of them. Reason is empty where it was accepted, and "not_sent" where it is no action that could be
// sent.
type ResentEvent struct {
	ID     string          `json:"id"`
	Action json.RawMessage `json:"action,omitempty"`
	Reason string          `json:"reason,omitempty"`
	Field  string          `json:"field,omitempty"`
	Detail string          `json:"detail,omitempty"`
}

const (
	resendActions = 500
	resendBytes   = 4 << 20 // a request may have 5 MiB
	notSent       = "not_sent"
)

// Resend sends bad events again, edited, by POST /v1/actions to whoever takes actions. Without a taker it only says what
// would be sent.
func (c *Client) Resend(ctx context.Context, f RejectedFilter, edits []Edit, to *Client) (*Resent, error) {
	found, err := c.Rejected(ctx, f, false) // now, so that what is rejected anew is not sent again
	if err != nil {
		return nil, err
	}
	for _, id := range f.IDs {
		if err := named(found, id); err != nil {
			return nil, err
		}
	}
	out := &Resent{Events: []ResentEvent{}}
	for len(found) > 0 {
		n, size := 0, uint64(0)
		var ids []string
		for n < len(found) && n < resendActions && (n == 0 || size+found[n].Bytes <= resendBytes) {
			size += found[n].Bytes
			ids = append(ids, found[n].ID)
			n++
		}
		found = found[n:]
		f.IDs, f.Within, f.Limit = ids, 0, 0
		some, err := c.Rejected(ctx, f, true)
		if err != nil {
			return out, err
		}
		if err := resend(ctx, some, edits, to, out); err != nil {
			return out, fmt.Errorf("%d were accepted before: send the rest again, nothing is counted twice: %w", out.Accepted, err)
		}
	}
	return out, nil
}

func named(found []Rejected, id string) error {
	n := 0
	for i := range found {
		if strings.HasPrefix(found[i].ID, id) {
			n++
		}
	}
	switch n {
	case 0:
		return fmt.Errorf("there is no rejected event %s, or the other conditions leave it out: `rollcall rejected list` shows those there are", id)
	case 1:
		return nil
	}
	return fmt.Errorf("%d rejected events begin with %s: give more of its id, or --community", n, id)
}

func resend(ctx context.Context, some []Rejected, edits []Edit, to *Client, out *Resent) error {
	var body [][]byte
	var events []ResentEvent
	for i := range some {
		e := ResentEvent{ID: some[i].ID}
		action, err := mended(&some[i], edits)
		if err != nil {
			e.Reason, e.Detail = notSent, err.Error()
			out.Refused++
			out.Events = append(out.Events, e)
			continue
		}
		e.Action = action
		events, body = append(events, e), append(body, action)
	}
	if len(events) > 0 && to != nil {
		var answer struct {
			Accepted int
			Rejected []struct {
				Index                 int
				Reason, Field, Detail string
			}
		}
		list := json.RawMessage("[" + string(bytes.Join(body, []byte(","))) + "]")
		if err := to.call(ctx, http.MethodPost, "/v1/actions", list, &answer); err != nil {
			return fmt.Errorf("sending %d actions: %w", len(events), err)
		}
		for _, r := range answer.Rejected {
			if r.Index < 0 || r.Index >= len(events) {
				return fmt.Errorf("sending %d actions: the answer speaks of number %d", len(events), r.Index)
			}
			e := &events[r.Index]
			e.Reason, e.Field, e.Detail = r.Reason, r.Field, r.Detail
		}
		out.Accepted += answer.Accepted
		out.Refused += len(answer.Rejected)
	}
	out.Events = append(out.Events, events...)
	return nil
}

// mended is the action that a bad event becomes by the edits. What it leaves out it gets from its row: the community it
// was filed under, the time at which it came, and an id by which sending it twice changes nothing.
func mended(r *Rejected, edits []Edit) (json.RawMessage, error) {
	text := r.Payload
	var err error
	for _, edit := range edits {
		if text, err = edit(text); err != nil {
			return nil, err
		}
	}
	if r.Source == "segment" {
		return ofSegment(r, text)
	}
	fields, err := object(text)
	if err != nil {
		return nil, fmt.Errorf(`%w: make one of it, as by --edit 's/^(.*),(.*),(.*)$/{"member":"\1","kind":"\2","time":"\3"}/', or mend it where it came from (%s)`, err, r.Source)
	}
	for name, value := range map[string]any{"community": r.Community, "time": r.Received, "id": "rejected-" + r.ID} {
		if _, is := fields[name]; !is && value != "" {
			fields[name], _ = json.Marshal(value) // text and numbers always can be
		}
	}
	return json.Marshal(fields)
}

// ofSegment makes an action of an event of Segment's: the answer to one does not say whether it was accepted.
func ofSegment(r *Rejected, text []byte) (json.RawMessage, error) {
	var typed struct{ Type string }
	if json.Unmarshal(text, &typed) != nil {
		return nil, errNoObject
	}
	var d segment.Decoder
	refused := d.Read("track", text)
	if typed.Type != "" {
		refused = d.Read("batch", []byte(`{"batch":[`+string(text)+`]}`))
	}
	if refused != nil {
		return nil, refused
	}
	var a schemas.Action
	o := parse.Options{DefaultTime: r.Received, Now: time.Now().UnixMilli()}
	_, refused = d.Event(0, &o, &a)
	if len(a.Community) == 0 && r.Community != "" { // what the event says comes first
		o.Community = []byte(r.Community)
		_, refused = d.Event(0, &o, &a)
	}
	if refused != nil {
		return nil, refused
	}
	fields := map[string]any{"community": string(a.Community), "member": string(a.Member), "time": a.Time, "kind": a.Kind.String()}
	if a.Kind == schemas.KindCustom {
		fields["kind"] = string(a.Name)
	}
	if len(a.ID) == 0 {
		a.ID = []byte("rejected-" + r.ID)
	}
	for name, value := range map[string][]byte{"id": a.ID, "target": a.Target, "object": a.Object, "channel": a.Channel, "platform": a.Platform,
		"campaign": a.Campaign} {
		if len(value) > 0 {
			fields[name] = string(value)
		}
	}
	if a.HasValue {
		fields["value"] = a.Value
	}
	if len(a.Properties) > 0 {
		fields["properties"] = json.RawMessage(a.Properties)
	}
	return json.Marshal(fields)
}
