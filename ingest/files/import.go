package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/ingest/files/sorter"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Import reads the files and sends what they hold. Lines that are no action are sent as rejected while it reads, actions
// in order afterwards. It returns a *UsageError before anything was sent, the sender's error as soon as there is one,
// and a *lines.Damage, for a file that cannot be read to its end, after everything before it was sent. The summary holds
// also with an error.
func Import(ctx context.Context, o Options, s Sender) (Summary, error) {
	if err := o.defaults(); err != nil {
		return Summary{}, err
	}
	started := time.Now()
	im := &importer{o: &o, started: started, now: o.Now().UnixMilli(), from: math.MaxInt64,
		communities: map[string]struct{}{}}
	if o.Community != "" {
		im.community = []byte(o.Community)
	}
	im.summary.RejectedBy = map[schemas.Reason]int64{}
	err := im.run(ctx, s)
	im.summary.Lines, im.summary.Took = im.lines, time.Since(started)
	if im.summary.Actions > 0 {
		im.summary.From, im.summary.To = time.UnixMilli(im.from).UTC(), time.UnixMilli(im.to).UTC()
	}
	return im.summary, err
}

// importer is the state of one import, owned by the goroutine that reads.
type importer struct {
	o         *Options
	community []byte // nil: lines name theirs
	now       int64
	started   time.Time
	reported  time.Time

	communities map[string]struct{} // that have an action
	newest      []byte              // the one of these that was seen last: most lines name the same

	sorter *sorter.Sorter
	out    *queue
	batch  *outgoing // of rejected lines

	action   schemas.Action
	lines    int64
	from, to int64       // event times, Unix milliseconds
	file     *lines.File // being read
	read0    int64       // bytes of the files before
	total    int64
	sending  bool
	summary  Summary
}

func (im *importer) run(ctx context.Context, s Sender) error {
	im.out = newQueue(ctx, s)
	err := im.all(im.out.ctx)
	// What the sender failed with is why the rest stopped, so it is what is told.
	if sent := im.out.close(); sent != nil {
		err = sent
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = context.Cause(ctx) // a file that was given up is neither damaged nor named wrongly
	}
	im.summary.Sent = im.out.sent.Load()
	im.reported = time.Time{}
	im.report()
	return err
}

// all reads and sends everything.
func (im *importer) all(ctx context.Context) (err error) {
	stdin, stop := lines.Interruptible(ctx, im.o.Stdin)
	defer stop()
	ins, dump, total, err := im.o.inputs(stdin)
	defer func() {
		for _, in := range ins {
			if in.stdin != nil {
				in.stdin.Close()
			}
		}
	}()
	if err != nil {
		return err
	}
	im.total = total
	im.summary.Files = len(ins) + len(dump)
	im.sorter = sorter.New(im.o.TempDir, im.o.SortMemory)
	defer func() { err = errors.Join(err, im.sorter.Close()) }()
	var damage error
	for _, in := range ins {
		if err = keep(&damage, im.read(ctx, in)); err != nil {
			break
		}
	}
	if err == nil && dump != nil {
		err = keep(&damage, im.readDump(ctx, dump))
	}
	if err == nil {
		err = im.send()
	}
	if err == nil && damage != nil {
		err = fmt.Errorf("%w; what came before it was imported: fetch the file again and import it again, nothing is counted twice",
			damage)
	}
	return err
}

// keep puts damage aside and returns every other error.
func keep(damage *error, err error) error {
	var broken *lines.Damage
	if errors.As(err, &broken) {
		*damage = errors.Join(*damage, err)
		return nil
	}
	return err
}

func (im *importer) add(a *schemas.Action) error {
	im.summary.Actions++
	im.from, im.to = min(im.from, a.Time), max(im.to, a.Time)
	if !bytes.Equal(a.Community, im.newest) {
		im.newest = append(im.newest[:0], a.Community...)
		im.communities[string(im.newest)] = struct{}{}
	}
	return im.sorter.Add(a)
}

// reject keeps a line that is no action.
func (im *importer) reject(file string, line int64, payload []byte, r *schemas.Rejection) error {
	im.summary.Rejected++
	im.summary.RejectedBy[r.Reason]++
	detail := r.Detail
	if len(payload) > maxPayload {
		payload = payload[:maxPayload]
		detail += fmt.Sprintf(" (only the first %d bytes are kept)", maxPayload)
	}
	if im.batch == nil {
		im.batch = im.out.take()
	}
	im.batch.reject(&actionpb.Rejected{
		Version: schemas.Version, Community: im.o.Community, Source: fmt.Sprintf("file:%s:%d", file, line),
		Reason: string(r.Reason), Field: r.Field, Detail: detail,
	}, payload)
	if len(im.batch.pb.Rejected) < maxRejected && len(im.batch.buf) < maxBatch-maxPayload {
		return nil
	}
	return im.flush(&im.batch)
}

func (im *importer) flush(b **outgoing) error {
	full := *b
	*b = nil
	return im.out.put(full)
}

// send empties the sorter into batches.
func (im *importer) send() error {
	im.sending = true
	if err := im.o.Begin(im.out.ctx, slices.Sorted(maps.Keys(im.communities))); err != nil {
		return err
	}
	batch := im.batch // rejected lines that are left go first
	if batch == nil {
		batch = im.out.take()
	}
	im.batch = nil
	ids := identifier{}
	err := im.sorter.Each(im.out.ctx, func(r *sorter.Record) error {
		batch.add(r, ids.of(r))
		if len(batch.pb.Actions) < im.o.BatchActions && len(batch.buf) < maxBatch-2*schemas.MaxAction {
			return nil
		}
		im.report()
		if err := im.out.put(batch); err != nil {
			return err
		}
		batch = im.out.take()
		return nil
	})
	if err == nil && len(batch.pb.Actions)+len(batch.pb.Rejected) > 0 {
		err = im.out.put(batch)
	}
	return err
}

// open makes f the file that progress tells of.
func (im *importer) open(f *lines.File) {
	if im.file != nil {
		im.read0 += im.file.Position()
	}
	im.file = f
}

// report tells the progress, a few times a second.
func (im *importer) report() {
	now := time.Now()
	if now.Sub(im.reported) < 200*time.Millisecond {
		return
	}
	im.reported = now
	p := Progress{Bytes: im.read0, TotalBytes: im.total, Lines: im.lines, Actions: im.summary.Actions,
		Rejected: im.summary.Rejected, Sent: im.out.sent.Load(), Sending: im.sending, Elapsed: now.Sub(im.started)}
	if im.file != nil {
		p.Bytes += im.file.Position()
	}
	im.o.Progress(p)
}
