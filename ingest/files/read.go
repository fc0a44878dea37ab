package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/ingest/files/columns"
	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/ingest/files/stackexchange"
	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/schemas"
)

// decoder turns the record at hand, of which b is the first line, into a. It may take further lines from r. skip is true
// for what is no data.
type decoder func(r *lines.Reader, b []byte, a *schemas.Action) (rejection *schemas.Rejection, skip bool)

// read takes every line of one file. A lines.Damage comes after all lines before it.
func (im *importer) read(ctx context.Context, in *input) error {
	f := in.stdin
	if f == nil {
		var err error
		if f, err = lines.Open(in.path); err != nil {
			return err
		}
	}
	defer f.Close()
	im.open(f)
	source := []byte("file:" + in.name)
	r := lines.NewReader(f, maxPayload)
	decode := im.decoder(in, source)
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			im.report()
		}
		b, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, lines.ErrTooLong) {
			im.lines++
			err = im.reject(in.name, r.Line(), b, &schemas.Rejection{Reason: schemas.ReasonTooLarge, Detail: fmt.Sprintf(
				"a line may have at most %d bytes, and an action %d; its beginning is kept", maxPayload, schemas.MaxAction)})
		} else if err == nil && len(bytes.TrimSpace(b)) > 0 {
			err = im.take(in, r, b, decode)
		}
		if err != nil {
			return err
		}
	}
}

// take decodes one record and adds or rejects it.
func (im *importer) take(in *input, r *lines.Reader, b []byte, decode decoder) error {
	rejection, skip := decode(r, b, &im.action)
	if skip {
		return nil
	}
	im.lines++
	if rejection != nil {
		return im.reject(in.name, r.Line(), r.Record(), rejection)
	}
	return im.add(&im.action)
}

// check is for what a decoder other than parse's made.
func (im *importer) check(a *schemas.Action, rejection *schemas.Rejection) *schemas.Rejection {
	if rejection == nil {
		rejection = im.ours(a)
	}
	if rejection == nil {
		rejection = parse.Check(a, im.now)
	}
	return rejection
}

// ours rejects what names another community.
func (im *importer) ours(a *schemas.Action) *schemas.Rejection {
	if im.community != nil && !bytes.Equal(a.Community, im.community) {
		return &schemas.Rejection{Reason: schemas.ReasonUnknownCommunity, Field: "community", Detail: fmt.Sprintf(
			"the line names another community than the import's, %s; import it without --community or by itself", im.community)}
	}
	return nil
}

func (im *importer) decoder(in *input, source []byte) decoder {
	switch in.format {
	case ndjson:
		return im.json(source)
	case snap:
		return im.snap(in, source)
	}
	var split columns.Splitter
	delimiter, first := in.delimiter(), true
	return func(r *lines.Reader, b []byte, a *schemas.Action) (*schemas.Rejection, bool) {
		cols, err := record(r, b, delimiter, &split)
		if first && (in.header || err == nil && in.layout.Header(cols)) {
			first = false
			return nil, true
		}
		first = false
		if err != nil {
			return &schemas.Rejection{Reason: schemas.ReasonInvalidField, Detail: err.Error()}, false
		}
		return im.check(a, in.layout.Action(cols, im.community, source, a)), false
	}
}

// record cuts the record that begins with the line b, with as many more lines as its quotes ask for. Where that comes to
// nothing, a stray quote spoils its own line, not those after it.
func record(r *lines.Reader, b []byte, delimiter byte, split *columns.Splitter) ([][]byte, error) {
	open, more := columns.Open(b, delimiter, false), false
	for open {
		longer, err := r.More()
		if err != nil {
			r.Rewind()
			return nil, columns.ErrOpenQuote
		}
		open, more = columns.Open(longer[len(b):], delimiter, true), true
		b = longer
	}
	cols, err := split.Split(b, delimiter)
	if err != nil && more {
		r.Rewind()
	}
	return cols, err
}

func (im *importer) json(source []byte) decoder {
	var parser parse.Parser
	opts := &parse.Options{Community: im.community, Now: im.now, Source: source}
	kind, _ := json.Marshal(im.o.Kind) // a string always can be
	var withKind []byte
	return func(_ *lines.Reader, b []byte, a *schemas.Action) (*schemas.Rejection, bool) {
		rejection := parser.Action(b, opts, a)
		if im.o.Kind != "" && rejection != nil && rejection.Reason == schemas.ReasonMissingField && rejection.Field == "kind" {
			// The line is an object with a time and no kind: it gets the import's, and what else is wrong shows then.
			withKind = append(append(withKind[:0], `{"kind":`...), kind...)
			withKind = append(append(withKind, ','), bytes.TrimSpace(b)[1:]...)
			rejection = parser.Action(withKind, opts, a)
		}
		if rejection == nil {
			rejection = im.ours(a)
		}
		return rejection, false
	}
}

func (im *importer) snap(in *input, source []byte) decoder {
	var split columns.Splitter
	kind := im.o.kind(snap)
	first := true
	three, four := columns.SNAP(3, kind), columns.SNAP(4, kind)
	return func(_ *lines.Reader, b []byte, a *schemas.Action) (*schemas.Rejection, bool) {
		cols := split.Fields(b)
		if len(cols) == 0 || cols[0][0] == '#' {
			return nil, true
		}
		begins := first
		first = false
		switch {
		case begins && in.layout != nil && (in.header || in.layout.Header(cols)):
			return nil, true
		case in.layout != nil:
			return im.check(a, in.layout.Action(cols, im.community, source, a)), false
		case len(cols) > 4:
			return &schemas.Rejection{Reason: schemas.ReasonInvalidField, Detail: fmt.Sprintf(
				"expected source, target, perhaps a rating, and Unix seconds; got %d columns; say by --map which is which",
				len(cols))}, false
		case len(cols) == 4:
			return im.check(a, four.Action(cols, im.community, source, a)), false
		}
		return im.check(a, three.Action(cols, im.community, source, a)), false
	}
}

// readDump takes everything that a Stack Exchange dump holds.
func (im *importer) readDump(ctx context.Context, d stackexchange.Dump) error {
	counts, err := d.Read(ctx, dumpSink{im})
	im.summary.WithoutMember, im.summary.Ignored = counts.WithoutMember, counts.Ignored
	return err
}

type dumpSink struct{ im *importer }

// Action implements stackexchange.Sink.
func (s dumpSink) Action(a *schemas.Action) (*schemas.Rejection, error) {
	a.Community = s.im.community
	if r := parse.Check(a, s.im.now); r != nil {
		return r, nil
	}
	return nil, s.im.add(a)
}

// Reject implements stackexchange.Sink.
func (s dumpSink) Reject(path string, line int64, row []byte, r *schemas.Rejection) error {
	return s.im.reject(filepath.Base(path), line, row, r)
}

// Open implements stackexchange.Sink.
func (s dumpSink) Open(path string) (*lines.File, error) {
	f, err := lines.Open(path)
	if err == nil {
		s.im.open(f)
	}
	return f, err
}

// Lines implements stackexchange.Sink.
func (s dumpSink) Lines(n int64) {
	if s.im.lines += n; s.im.lines%256 < n {
		s.im.report()
	}
}
