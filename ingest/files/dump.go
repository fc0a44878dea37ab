package files

import (
	"context"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/ingest/files/stackexchange"
	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/schemas"
)

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
