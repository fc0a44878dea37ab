package files

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"sync/atomic"

	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-dev/rollcall/ingest/files/sorter"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Sender takes batches to where they are kept. Send is called by one goroutine, with the next batch only after it
// returned nil for the one before, which means that one is acknowledged; its error ends the import. The batch is the
// caller's again afterwards.
type Sender interface {
	Send(ctx context.Context, b *actionpb.ImportBatch) error
}

// queue sends one batch while the next is prepared.
type queue struct {
	ctx   context.Context // ends also when the sender failed
	group *errgroup.Group
	ready chan *outgoing
	free  chan *outgoing
	sent  atomic.Int64 // actions acknowledged
}

func newQueue(ctx context.Context, s Sender) *queue {
	group, ctx := errgroup.WithContext(ctx)
	q := &queue{ctx: ctx, group: group, ready: make(chan *outgoing), free: make(chan *outgoing, 2)}
	group.Go(func() error {
		for b := range q.ready {
			if err := s.Send(ctx, b.pb); err != nil {
				return err
			}
			q.sent.Add(int64(len(b.pb.Actions)))
			b.reset()
			select {
			case q.free <- b:
			default:
			}
		}
		return nil
	})
	return q
}

// put hands a batch on, and waits while the one before is under way and another is waiting.
func (q *queue) put(b *outgoing) error {
	select {
	case q.ready <- b:
		return nil
	case <-q.ctx.Done():
		return context.Cause(q.ctx)
	}
}

// take returns an empty batch.
func (q *queue) take() *outgoing {
	select {
	case b := <-q.free:
		return b
	default:
		return &outgoing{pb: &actionpb.ImportBatch{}}
	}
}

// close waits until everything is sent and returns the sender's error.
func (q *queue) close() error {
	close(q.ready)
	return q.group.Wait()
}

// outgoing is a batch and the memory of its byte slices.
type outgoing struct {
	pb  *actionpb.ImportBatch
	buf []byte
}

func (b *outgoing) add(r *sorter.Record, id []byte) {
	from := len(b.buf)
	b.buf = r.Append(b.buf, id)
	b.pb.Actions = append(b.pb.Actions, b.buf[from:len(b.buf):len(b.buf)])
}

func (b *outgoing) reject(r *actionpb.Rejected, payload []byte) {
	from := len(b.buf)
	b.buf = append(b.buf, payload...)
	r.Payload = b.buf[from:len(b.buf):len(b.buf)]
	b.pb.Rejected = append(b.pb.Rejected, r)
}

func (b *outgoing) reset() {
	clear(b.pb.Rejected)
	b.pb.Actions, b.pb.Rejected, b.buf = b.pb.Actions[:0], b.pb.Rejected[:0], b.buf[:0]
}

// identifier names the actions that came without an id: by what they are and how many equal ones came before, which in
// the order of import stand side by side. So the same files give the same ids, and two equal lines two.
type identifier struct {
	last  []byte
	count uint64
	hash  []byte // scratch
	id    [32]byte
}

func (i *identifier) of(r *sorter.Record) []byte {
	if len(r.ID) > 0 {
		return r.ID
	}
	if string(i.last) == string(r.Key) {
		i.count++
	} else {
		i.last, i.count = append(i.last[:0], r.Key...), 0
	}
	i.hash = binary.BigEndian.AppendUint64(append(i.hash[:0], r.Key...), i.count)
	sum := xxh3.Hash128(i.hash).Bytes()
	hex.Encode(i.id[:], sum[:])
	return i.id[:]
}
