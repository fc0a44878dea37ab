package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// Rejected is a bad event as the table rejected has it. Payload is only there where it was asked for.
type Rejected struct {
	ID        string `json:"id"` // of source and bytes
	Received  int64  `json:"received"`
	Community string `json:"community"`
	Source    string `json:"source"`
	Reason    string `json:"reason"`
	Field     string `json:"field"`
	Detail    string `json:"detail"`
	Bytes     uint64 `json:"bytes"`
	Payload   []byte `json:"payload,omitempty"` // base64 in JSON
}

// RejectedFilter says which bad events are meant. What is empty does not matter.
type RejectedFilter struct {
	IDs       []string // as `rejected list` shows them; the beginning is enough
	Community string
	Reason    string
	Field     string
	Source    string // how it begins
	Within    time.Duration
	Limit     int // 0: all
}

var rejectedID = regexp.MustCompile(`^[0-9a-f]{4,32}$`)

func (f RejectedFilter) where() (string, error) {
	all := []string{"true"}
	for column, value := range map[string]string{"community": f.Community, "reason": f.Reason, "field": f.Field} {
		if value != "" {
			all = append(all, column+" = "+sqlText(value))
		}
	}
	if f.Source != "" {
		all = append(all, "startsWith(source, "+sqlText(f.Source)+")")
	}
	if f.Within > 0 {
		all = append(all, fmt.Sprintf("received >= now64(3, 'UTC') - INTERVAL %d MILLISECOND", f.Within.Milliseconds()))
	}
	var ids, whole []string
	for _, id := range f.IDs {
		if !rejectedID.MatchString(id) {
			return "", Usagef("%q is no id of a rejected event: `rollcall rejected list` shows them, and the first four characters or more are enough", id)
		}
		if len(id) == 32 {
			whole = append(whole, "'"+id+"'")
			continue
		}
		ids = append(ids, "startsWith(digest, '"+id+"')")
	}
	if len(whole) > 0 {
		ids = append(ids, "digest IN ("+strings.Join(whole, ", ")+")")
	}
	if len(ids) > 0 {
		all = append(all, "("+strings.Join(ids, " OR ")+")")
	}
	return strings.Join(all, " AND "), nil
}

func sqlText(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// Rejected returns bad events, newest first.
func (c *Client) Rejected(ctx context.Context, f RejectedFilter, payloads bool) ([]Rejected, error) {
	where, err := f.where()
	if err != nil {
		return nil, err
	}
	sql := "SELECT digest AS id, toUnixTimestamp64Milli(received) AS received, community, source, reason, field, detail, length(r.payload) AS bytes"
	if payloads {
		sql += ", base64Encode(payload) AS payload"
	}
	// The condition is below the names of the columns, of which one hides the time.
	sql += " FROM (SELECT * FROM rejected FINAL WHERE " + where + ") AS r ORDER BY r.received DESC, r.digest"
	if f.Limit > 0 {
		sql += fmt.Sprintf(" LIMIT %d", f.Limit)
	}
	var answer bytes.Buffer
	if err := c.Query(ctx, sql+" SETTINGS output_format_json_quote_64bit_integers = 0", "JSONEachRow", &answer); err != nil {
		return nil, err
	}
	out := []Rejected{}
	for d := json.NewDecoder(&answer); ; {
		var r Rejected
		switch err := d.Decode(&r); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("reading the answer: %w", err)
		}
		out = append(out, r)
	}
}

// RejectedOne returns the one bad event whose id begins so, with its payload. The same bytes may have been filed under
// several communities; without a name any will do.
func (c *Client) RejectedOne(ctx context.Context, id, community string) (Rejected, error) {
	found, err := c.Rejected(ctx, RejectedFilter{IDs: []string{id}, Community: community, Limit: 2}, true)
	switch {
	case err != nil:
		return Rejected{}, err
	case len(found) == 0:
		return Rejected{}, fmt.Errorf("there is no rejected event %s: `rollcall rejected list` shows those there are", id)
	case len(found) > 1:
		return Rejected{}, fmt.Errorf("more than one rejected event begins with %s: give more of its id, or --community", id)
	}
	return found[0], nil
}
