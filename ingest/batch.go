package ingest

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/ingest/segment"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// maxPayload bounds the bytes that are kept of something rejected: a topic takes records up to 1 MiB.
const maxPayload = 512 << 10

// batch is what one request becomes: records for the two topics and the answer. Its memory is kept for later requests.
type batch struct {
	c      *Collector
	grant  registry.Grant
	now    int64 // Unix milliseconds
	source string

	parser  parse.Parser
	segment segment.Decoder
	action  schemas.Action
	body    []byte
	items   [][]byte

	data     []byte // keys and values of the accepted, one after the other…
	ends     []int  // …and where each ends
	records  []schemas.Record
	rejected []schemas.Record
	refusals []refusal
	reasons  map[schemas.Reason]int

	// The community of the last action, since most batches are of one.
	community []byte
	allowed   bool
	latest    map[string]int64 // event time of the accepted, by community
	newest    int64            // of the community above, not yet in latest
}

// refusal is one rejected item in the answer.
type refusal struct {
	Index  int            `json:"index"`
	Reason schemas.Reason `json:"reason"`
	Field  string         `json:"field"`
	Detail string         `json:"detail"`
}

func (c *Collector) newBatch(source string) *batch {
	b := c.batches.Get().(*batch)
	b.c, b.source, b.now = c, source, c.o.Now().UnixMilli()
	if b.latest == nil {
		b.latest, b.reasons = map[string]int64{}, map[schemas.Reason]int{}
	}
	return b
}

// recycle gives the batch's memory back. It must not be called after an error of the log, which may still hold it, and
// keeps nothing that one large request made.
func (c *Collector) recycle(b *batch) {
	const most = 8 << 20
	if cap(b.body) > most || cap(b.data) > most {
		return
	}
	b.grant = registry.Grant{}
	b.body, b.data, b.ends = b.body[:0], b.data[:0], b.ends[:0]
	clear(b.items)
	clear(b.records)
	clear(b.rejected)
	clear(b.refusals)
	b.items, b.records, b.rejected, b.refusals = b.items[:0], b.records[:0], b.rejected[:0], b.refusals[:0]
	clear(b.latest)
	clear(b.reasons)
	b.community, b.allowed, b.newest = b.community[:0], false, 0
	c.batches.Put(b)
}

// covers reports whether the key may write into the community and the community exists.
func (b *batch) covers(community []byte) bool {
	if len(b.community) > 0 && bytes.Equal(b.community, community) {
		return b.allowed
	}
	b.settle()
	b.community = append(b.community[:0], community...)
	b.allowed = b.grant.Allows(community) && b.c.o.Registry.Known(community)
	return b.allowed
}

// settle moves the newest time of the last community to where commit finds it.
func (b *batch) settle() {
	if b.newest > 0 {
		b.latest[string(b.community)] = max(b.newest, b.latest[string(b.community)])
	}
	b.newest = 0
}

func unknownCommunity(community []byte) *schemas.Rejection {
	return &schemas.Rejection{Reason: schemas.ReasonUnknownCommunity, Field: "community",
		Detail: fmt.Sprintf("the write key does not cover community %q, or it was not set up", community)}
}

// add takes a decoded action, whose original text is raw, or what is wrong with it.
func (b *batch) add(index int, raw []byte, a *schemas.Action, r *schemas.Rejection) error {
	if r == nil && !b.covers(a.Community) {
		r = unknownCommunity(a.Community)
	}
	if r != nil {
		b.reject(index, raw, a.Community, r)
		return nil
	}
	a.Received = b.now
	if len(a.ID) == 0 {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("making an id: %w", err)
		}
		a.ID = []byte(id.String())
	}
	b.data = a.Key(b.data)
	b.ends = append(b.ends, len(b.data))
	b.data = a.Append(b.data)
	b.ends = append(b.ends, len(b.data))
	b.newest = max(b.newest, a.Time)
	return nil
}

// addEncoded takes an action in the log's own encoding, without received.
func (b *batch) addEncoded(raw []byte, a *schemas.Action) {
	b.data = a.Key(b.data)
	b.ends = append(b.ends, len(b.data))
	b.data = schemas.AppendReceived(append(b.data, raw...), b.now)
	b.ends = append(b.ends, len(b.data))
	b.newest = max(b.newest, a.Time)
}

// reject keeps what could not be understood, with its reason, and tells the client.
func (b *batch) reject(index int, raw, community []byte, r *schemas.Rejection) {
	b.refusals = append(b.refusals, refusal{index, r.Reason, r.Field, r.Detail})
	b.keep(&actionpb.Rejected{
		Community: string(community),
		Source:    b.source,
		Reason:    string(r.Reason),
		Field:     r.Field,
		Detail:    r.Detail,
		Payload:   raw,
	})
}

// keep makes the record of something rejected. Its key is the digest of source and payload, so that sending the same
// again does not double it. It is filed under the community it names only if the key covers that.
func (b *batch) keep(m *actionpb.Rejected) {
	b.reasons[schemas.Reason(m.Reason)]++
	m.Version, m.Received = schemas.Version, b.now
	if !schemas.ValidCommunity(m.Community) || !b.grant.Allows([]byte(m.Community)) {
		m.Community, _ = b.grant.Sole()
	}
	if n := len(m.Payload); n > maxPayload {
		m.Payload = m.Payload[:maxPayload]
		m.Detail += fmt.Sprintf("; the first %d of its %d bytes are kept", maxPayload, n)
	}
	b.rejected = append(b.rejected, schemas.RejectedRecord(m))
}

// commit returns nil when everything is in the log. The rejected go first: appended twice they are still one.
func (b *batch) commit(ctx context.Context) error {
	b.settle()
	b.records = b.records[:0]
	start := 0
	for i := 0; i < len(b.ends); i += 2 {
		k, v := b.ends[i], b.ends[i+1]
		b.records = append(b.records, schemas.Record{Key: b.data[start:k:k], Value: b.data[k:v:v]})
		start = v
	}
	if len(b.rejected) > 0 {
		if err := b.c.o.Log.Append(ctx, schemas.TopicRejected, b.rejected); err != nil {
			return fmt.Errorf("appending %d rejected events: %w", len(b.rejected), err)
		}
	}
	if len(b.records) > 0 {
		if err := b.c.o.Log.Append(ctx, schemas.TopicActions, b.records); err != nil {
			return fmt.Errorf("appending %d actions: %w", len(b.records), err)
		}
	}
	return nil
}

// count tells the metrics what is in the log.
func (b *batch) count(protocol string) {
	b.c.metrics.accepted.WithLabelValues(protocol).Add(float64(len(b.records)))
	for reason, n := range b.reasons {
		b.c.metrics.rejected.WithLabelValues(protocol, string(reason)).Add(float64(n))
	}
}
