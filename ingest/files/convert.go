package files

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Convert writes what Import would send as NDJSON in the order of import, each with its id; the import's own community
// is left out of the lines. Rejected lines are only counted.
func Convert(ctx context.Context, o Options, w io.Writer) (Summary, error) {
	out := NewWriter(w, o.Community)
	summary, err := Import(ctx, o, out)
	return summary, errors.Join(err, out.Close())
}

// Writer is a Sender that writes NDJSON.
type Writer struct {
	out       *bufio.Writer
	enc       *json.Encoder
	community string
}

// NewWriter returns a Sender that writes each action as a line, without its community where it is the given one. Close
// writes the last of them; it does not close w.
func NewWriter(w io.Writer, community string) *Writer {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return &Writer{out: out, enc: enc, community: community}
}

// Close writes what is left.
func (w *Writer) Close() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("writing actions: %w", err)
	}
	return nil
}

// line is an action as the contract's JSON object.
type line struct {
	ID         string          `json:"id"`
	Community  string          `json:"community,omitempty"`
	Member     string          `json:"member"`
	Kind       string          `json:"kind"`
	Time       string          `json:"time"`
	Target     string          `json:"target,omitempty"`
	Object     string          `json:"object,omitempty"`
	Channel    string          `json:"channel,omitempty"`
	Platform   string          `json:"platform,omitempty"`
	Campaign   string          `json:"campaign,omitempty"`
	Value      *float64        `json:"value,omitempty"`
	Properties json.RawMessage `json:"properties,omitempty"`
}

// Send implements Sender.
func (w *Writer) Send(_ context.Context, b *actionpb.ImportBatch) error {
	var a schemas.Action
	for _, record := range b.Actions {
		if _, err := schemas.DecodeRecord(record, &a); err != nil {
			return fmt.Errorf("reading a sorted action back: %w", err)
		}
		l := line{ID: string(a.ID), Community: string(a.Community), Member: string(a.Member), Kind: a.Kind.String(),
			Time:   time.UnixMilli(a.Time).UTC().Format("2006-01-02T15:04:05.000Z07:00"),
			Target: string(a.Target), Object: string(a.Object), Channel: string(a.Channel),
			Platform: string(a.Platform), Campaign: string(a.Campaign), Properties: a.Properties}
		if l.Community == w.community {
			l.Community = ""
		}
		if a.Kind == schemas.KindCustom && len(a.Name) > 0 {
			l.Kind = string(a.Name)
		}
		if a.HasValue {
			l.Value = &a.Value
		}
		if err := w.enc.Encode(&l); err != nil {
			return fmt.Errorf("writing actions: %w", err)
		}
	}
	return nil
}
