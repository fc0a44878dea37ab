package ingest

import (
	"net/http"
	"path"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/ingest/problem"
)

// maxSegmentBody is Segment's own limit.
const maxSegmentBody = 500 << 10

var segmentCalls = []string{"batch", "track", "identify", "page", "screen", "group", "alias"}

// postSegment answers a call of Segment's HTTP API with 200 {"success":true} when all its events are in the log or with
// the rejected. The write key may be in the body.
func (c *Collector) postSegment(w http.ResponseWriter, r *http.Request) error {
	m := reservation{c: c}
	defer m.release()
	b := c.newBatch("segment")
	var err error
	secret, inHeader := headerSecret(r)
	if inHeader {
		if b.grant, err = c.lookup(secret); err != nil {
			c.recycle(b)
			return err
		}
	}
	if b.body, err = readBody(w, r, b.body, maxSegmentBody, &m); err == nil {
		err = b.readSegment(path.Base(r.URL.Path), inHeader)
	}
	if err != nil {
		c.recycle(b)
		return err
	}
	return c.finish(w, r, b, "segment", func() any { return map[string]bool{"success": true} })
}

func (b *batch) readSegment(call string, authorized bool) error {
	if r := b.segment.Read(call, b.body); r != nil {
		return problem.New(http.StatusBadRequest, "%v", r)
	}
	if !authorized {
		var err error
		if b.grant, err = b.c.lookup(b.segment.WriteKey()); err != nil {
			return err
		}
	}
	if err := b.charge(b.segment.Len()); err != nil {
		return err
	}
	o := parse.Options{DefaultTime: b.now, Now: b.now, Source: []byte(b.source)}
	if sole, ok := b.grant.Sole(); ok {
		o.Community = []byte(sole)
	}
	for i := range b.segment.Len() {
		raw, r := b.segment.Event(i, &o, &b.action)
		if err := b.add(i, raw, &b.action, r); err != nil {
			return err
		}
	}
	return nil
}
