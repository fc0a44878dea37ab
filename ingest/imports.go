package ingest

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Limits of a request to /v1/import.
const (
	maxImportBody    = 16 << 20
	maxImportActions = 50_000 // and rejected, together
)

// Field numbers of ImportBatch.
const (
	fieldActions  = 1
	fieldRejected = 2
)

// ImportAnswer is the answer to an import batch. Refused are the actions, by reason, that the sender took for good and
// the collector did not; they are among Rejected.
type ImportAnswer struct {
	Accepted int                    `json:"accepted"`
	Rejected int                    `json:"rejected"`
	Refused  map[schemas.Reason]int `json:"refused,omitempty"`
}

// postImport answers POST /v1/import, an actionpb.ImportBatch, with 200 and how many actions are in the log, how many
// items, the importer's own rejected ones included, are with the rejected, and a tick after them in every partition. The
// sender keeps the order: it sends a batch when the one before was answered.
func (c *Collector) postImport(w http.ResponseWriter, r *http.Request) error {
	grant, err := c.authorize(r)
	if err != nil {
		return err
	}
	m := reservation{c: c}
	defer m.release()
	b := c.newBatch("import")
	b.grant = grant
	if b.body, err = readBody(w, r, b.body, maxImportBody, &m); err != nil {
		c.recycle(b)
		return err
	}
	if err := b.readImport(); err != nil {
		c.recycle(b)
		return err
	}
	return c.finish(w, r, b, "import", func() any {
		refused := map[schemas.Reason]int{}
		for _, r := range b.refusals {
			refused[r.Reason]++
		}
		return ImportAnswer{len(b.records), len(b.rejected), refused}
	})
}

// readImport walks the message by hand: the generated code would copy every action.
func (b *batch) readImport() error {
	n, err := countImport(b.body)
	if err != nil {
		return err
	}
	if n > maxImportActions {
		return problem.New(http.StatusRequestEntityTooLarge, "an import batch may have at most %d actions, got %d", maxImportActions, n)
	}
	if err := b.charge(n); err != nil {
		return err
	}
	return walkImport(b.body, func(field protowire.Number, raw []byte) error {
		if field == fieldActions {
			return b.importAction(raw)
		}
		m := new(actionpb.Rejected)
		if proto.Unmarshal(raw, m) != nil || !slices.Contains(schemas.Reasons(), schemas.Reason(m.Reason)) {
			return notABatch()
		}
		b.keep(m)
		return nil
	})
}

func (b *batch) importAction(raw []byte) error {
	a := &b.action
	control, err := schemas.DecodeRecord(raw, a)
	var r *schemas.Rejection
	switch {
	case len(raw) > 2*schemas.MaxAction:
		r = &schemas.Rejection{Reason: schemas.ReasonTooLarge, Detail: "the encoded action holds more than the contract allows"}
	case errors.Is(err, schemas.ErrVersion):
		r = &schemas.Rejection{Reason: schemas.ReasonUnsupportedVersion, Field: "version",
			Detail: "the action was written by a newer Rollcall than this collector; update the collector"}
	case err != nil || control != nil:
		*a = schemas.Action{}
		r = &schemas.Rejection{Reason: schemas.ReasonInvalidField, Field: "actions",
			Detail: "expected a protobuf rollcall.v1.Action with community, member, id, kind and time"}
	case len(a.Properties) > 0 && !parse.Object(a.Properties):
		r = &schemas.Rejection{Reason: schemas.ReasonInvalidField, Field: "properties", Detail: "expected the text of a JSON object"}
	default:
		r = parse.Check(a, b.now)
	}
	if r == nil && !b.covers(a.Community) {
		r = unknownCommunity(a.Community)
	}
	if r != nil {
		if len(a.Source) > 0 { // its file
			source := b.source
			b.source = strings.ToValidUTF8(string(a.Source), "\uFFFD")
			defer func() { b.source = source }()
		}
		b.reject(0, raw, a.Community, r)
		return nil
	}
	b.addEncoded(raw, a)
	return nil
}

func countImport(body []byte) (n int, err error) {
	err = walkImport(body, func(protowire.Number, []byte) error { n++; return nil })
	return n, err
}

// walkImport calls each with every action and rejected of the message. The error is each's or a 400.
func walkImport(body []byte, each func(field protowire.Number, raw []byte) error) error {
	for len(body) > 0 {
		num, typ, n := protowire.ConsumeTag(body)
		if n < 0 {
			return notABatch()
		}
		body = body[n:]
		if num != fieldActions && num != fieldRejected {
			if n = protowire.ConsumeFieldValue(num, typ, body); n < 0 {
				return notABatch()
			}
			body = body[n:]
			continue
		}
		raw, n := protowire.ConsumeBytes(body)
		if n < 0 || typ != protowire.BytesType {
			return notABatch()
		}
		body = body[n:]
		if err := each(num, raw); err != nil {
			return err
		}
	}
	return nil
}

func notABatch() error {
	return problem.New(http.StatusBadRequest, "the body is not a protobuf rollcall.v1.ImportBatch; nothing of it was taken")
}
