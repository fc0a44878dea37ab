package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/rollcall-dev/rollcall/schemas"
)

// What a Reader refuses.
var (
	// ErrOffset means that the log does not hold the offset: it begins later (records were deleted) or ends earlier.
	ErrOffset = errors.New("the log does not hold this offset")
	// ErrTransactional means that somebody wrote to the topic in transactions.
	ErrTransactional = errors.New("the topic was written to in transactions")
)

// defaultFetchBytes is how much a fetch asks for.
const defaultFetchBytes = 1 << 20

// ReaderOptions tune a Reader. The zero value is right for most.
type ReaderOptions struct {
	// MaxBytes is about what one fetch returns, default 1 MiB. A larger record is returned all the same.
	MaxBytes int
}

// Reader reads one partition, in one goroutine at a time.
type Reader struct {
	cfg       Config
	topic     string
	partition int
	maxBytes  int
	leader    *leader // nil: not connected
	next      int64
	first     int64
	high      int64
	recs      []schemas.Logged
	wait      *backoff.ExponentialBackOff
}

// OpenReader connects to the leader of a partition, trying for a while, and stands at offset, which the log must hold
// (its end is fine): else ErrOffset.
func OpenReader(ctx context.Context, cfg Config, topic string, partition int, offset int64, o ReaderOptions) (*Reader, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultFetchBytes
	}
	r := &Reader{cfg: cfg, topic: topic, partition: partition, maxBytes: o.MaxBytes, next: offset, wait: newBackoff()}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if err := patiently(ctx, func() error { return r.connect(ctx) }); err != nil {
		return nil, err
	}
	return r, nil
}

// Next returns the offset of the next record that Fetch hands out.
func (r *Reader) Next() int64 { return r.next }

// HighWater returns the offset behind the newest record, as the last answer told it.
func (r *Reader) HighWater() int64 { return r.high }

// FirstOffset returns the offset of the oldest record, as the last answer told it.
func (r *Reader) FirstOffset() int64 { return r.first }

// Close ends the connection.
func (r *Reader) Close() error {
	r.drop()
	return nil
}

// Fetch asks once for records and returns them in order, every offset once: none and no error where none came within
// maxWait. The slice and the values are the caller's until the next Fetch, which uses their memory again.
//
// ErrUnavailable is the broker's trouble and passes: the next Fetch connects again. Fetch has waited a moment before it
// returns it, longer every time, so calling it again at once is right. With an error there are no records.
func (r *Reader) Fetch(ctx context.Context, maxWait time.Duration) ([]schemas.Logged, error) {
	if r.leader == nil {
		if err := r.connect(ctx); err != nil {
			return nil, r.pause(ctx, err)
		}
	}
	recs, err := r.fetch(ctx, maxWait)
	switch {
	case err == nil:
		r.wait.Reset()
		return recs, nil
	case errors.Is(err, kafkago.OffsetOutOfRange):
		return nil, errors.Join(r.outOfRange(ctx), r.Close())
	default:
		return nil, r.pause(ctx, err)
	}
}

func (r *Reader) fetch(ctx context.Context, maxWait time.Duration) ([]schemas.Logged, error) {
	if err := r.leader.conn.SetDeadline(time.Now().Add(maxWait + requestTimeout)); err != nil {
		return nil, unavailableNet(err)
	}
	conn := r.leader.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	f, err := r.leader.fetch(r.next, r.maxBytes, max(maxWait, time.Millisecond))
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, unavailableNet(err)
	}
	r.first, r.high = max(r.first, f.first), max(r.high, f.high)
	recs, next, err := appendRecords(r.recs[:0], f.set, r.next)
	r.recs = recs
	if next == r.next && err != nil {
		return nil, err
	}
	// What is wrong with a later batch comes up once that is the next one.
	r.next = next
	return recs, nil
}

// pause drops the connection and, where the trouble passes by itself, waits before the error goes to the caller.
func (r *Reader) pause(ctx context.Context, err error) error {
	r.drop()
	if ctx.Err() == nil && errors.Is(err, ErrUnavailable) {
		_ = sleep(ctx, r.wait.NextBackOff()) // the error to report is the one at hand
	}
	return fmt.Errorf("reading %s partition %d at %d: %w", r.topic, r.partition, r.next, err)
}

func (r *Reader) drop() {
	if r.leader != nil {
		_ = r.leader.conn.Close() // nothing is written on it
		r.leader = nil
	}
}

// connect finds the leader and checks that it holds the offset.
func (r *Reader) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	conn, err := r.dialLeader(ctx)
	if err != nil {
		return fmt.Errorf("connecting to the leader of %s partition %d: %w", r.topic, r.partition, unavailableNet(err))
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	r.leader = &leader{conn: conn, clientID: r.cfg.ClientID, topic: r.topic, partition: int32(r.partition)}
	first, err := r.leader.offset(kafkago.FirstOffset)
	if err == nil {
		r.first = first
		r.high, err = r.leader.offset(kafkago.LastOffset)
	}
	if err != nil {
		r.drop()
		return fmt.Errorf("asking for the offsets of %s partition %d: %w", r.topic, r.partition, unavailableNet(err))
	}
	if r.next < r.first || r.next > r.high {
		r.drop()
		return r.offsetError()
	}
	return nil
}

// dialLeader asks the brokers in turn who leads the partition.
func (r *Reader) dialLeader(ctx context.Context) (conn net.Conn, err error) {
	conns := &connSet{security: r.cfg.Security}
	dialer := &kafkago.Dialer{ClientID: r.cfg.ClientID, DialFunc: conns.dial}
	err = r.cfg.tryEach(ctx, func(ctx context.Context, addr string) error {
		p, err := dialer.LookupPartition(ctx, "tcp", addr, r.topic, r.partition)
		if err != nil {
			return err
		}
		conn, err = conns.dial(ctx, "tcp", net.JoinHostPort(p.Leader.Host, strconv.Itoa(p.Leader.Port)))
		return err
	})
	return conn, err
}

// outOfRange finds out what the log holds instead.
func (r *Reader) outOfRange(ctx context.Context) error {
	r.drop()
	if err := r.connect(ctx); err != nil {
		return err
	}
	return fmt.Errorf("%w: the log of %s partition %d moved", ErrUnavailable, r.topic, r.partition)
}

func (r *Reader) offsetError() error {
	return fmt.Errorf("%w: %s partition %d holds offsets %d up to %d, and %d is asked for. Records were deleted or the "+
		"topic was made anew: restore the topic, or rebuild the state from the archive", ErrOffset, r.topic, r.partition, r.first, r.high, r.next)
}

// unavailableNet marks everything but an error code that stays: what a connection reports passes.
func unavailableNet(err error) error {
	var code kafkago.Error
	if errors.Is(err, ErrUnavailable) || errors.As(err, &code) && !code.Temporary() {
		return err
	}
	return orDenied(err)
}
