package ingest

import (
	"encoding/json"
	"net/http"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Limits of a request to /v1/actions.
const (
	maxBody    = 5 << 20
	maxActions = 10_000
)

// postActions answers POST /v1/actions with 200 and how many actions are in the log, and which items are not and why. The
// index of an item is its position in the request from 0, blank lines left out.
func (c *Collector) postActions(w http.ResponseWriter, r *http.Request) error {
	grant, err := c.authorize(r)
	if err != nil {
		return err
	}
	m := reservation{c: c}
	defer m.release()
	b := c.newBatch("http")
	b.grant = grant
	if b.body, err = readBody(w, r, b.body, maxBody, &m); err != nil {
		c.recycle(b)
		return err
	}
	if err := b.readActions(); err != nil {
		c.recycle(b)
		return err
	}
	return c.finish(w, r, b, "http", func() any {
		if b.refusals == nil {
			b.refusals = []refusal{} // null is no list
		}
		return struct {
			Accepted int       `json:"accepted"`
			Rejected []refusal `json:"rejected"`
		}{len(b.records), b.refusals}
	})
}

func (b *batch) readActions() error {
	items, broken := split(b.items[:0], b.body, maxActions)
	b.items = items
	if len(items) > maxActions {
		return problem.New(http.StatusRequestEntityTooLarge, "a request may have at most %d actions; send it in parts", maxActions)
	}
	if err := b.charge(len(items)); err != nil {
		return err
	}
	o := parse.Options{DefaultTime: b.now, Now: b.now, Source: []byte(b.source)}
	if sole, ok := b.grant.Sole(); ok {
		o.Community = []byte(sole)
	}
	for i, raw := range items {
		a := &b.action
		rejection := b.parser.Action(raw, &o, a)
		if i == broken {
			rejection = &schemas.Rejection{Reason: schemas.ReasonInvalidJSON,
				Detail: "the array breaks off or has ended here: expected , or ] after its last object and nothing behind it"}
		}
		if err := b.add(i, raw, a, rejection); err != nil {
			return err
		}
	}
	return nil
}

// charge counts n actions against the key's rate.
func (b *batch) charge(n int) error {
	err := b.c.limits.take(b.grant.KeyID, n, b.c.o.Now())
	if err != nil {
		b.c.metrics.throttled.WithLabelValues("rate").Inc()
	}
	return err
}

// finish appends the batch, moves the communities' clocks, and sends the answer, made after the log has acknowledged.
func (c *Collector) finish(w http.ResponseWriter, r *http.Request, b *batch, protocol string, answer func() any) error {
	ctx, cancel := c.appendContext(r)
	defer cancel()
	if err := b.commit(ctx); err != nil {
		return err
	}
	if protocol == "import" {
		if err := c.ticks.sendAll(ctx, b.latest); err != nil {
			return err
		}
	} else {
		for community, ms := range b.latest {
			c.ticks.note(community, ms, c.o.Registry.DataClock([]byte(community)))
		}
	}
	b.count(protocol)
	body, err := json.Marshal(answer())
	c.recycle(b)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // all is in the log; a client that is gone sends it again
	return nil
}
