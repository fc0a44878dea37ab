package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cenkalti/backoff/v5"
	kafkago "github.com/segmentio/kafka-go"
)

// What a Reader refuses.
var (
	// ErrOffset means that the log does not hold the offset: it begins later (records were deleted) or ends earlier.
	ErrOffset = errors.New("the log does not hold this offset")
	// ErrTransactional means that somebody wrote to the topic in transactions.
	ErrTransactional = errors.New("the topic was written to in transactions")
)

// The buffer that values are read into grows from one to the other.
const (
	firstBuffer = 64 << 10
	maxBuffer   = 64 << 20
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
	conn      *kafkago.Conn // nil: not connected
	next      int64
	first     int64
	high      int64
	buf       []byte
	inEach    bool // the caller's function runs
	wait      *backoff.ExponentialBackOff
}

// OpenReader connects to the leader of a partition and stands at offset, which the log must hold (its end is fine):
// else ErrOffset.
func OpenReader(ctx context.Context, cfg Config, topic string, partition int, offset int64, o ReaderOptions) (*Reader, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultFetchBytes
	}
	r := &Reader{cfg: cfg, topic: topic, partition: partition, maxBytes: o.MaxBytes, next: offset,
		buf: make([]byte, firstBuffer), wait: newBackoff()}
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// Next returns the offset of the next record that Fetch hands out.
func (r *Reader) Next() int64 { return r.next }

// HighWater returns the offset behind the newest record, as the last answer told it.
func (r *Reader) HighWater() int64 { return r.high }

// FirstOffset returns the offset of the oldest record, as of the last connect.
func (r *Reader) FirstOffset() int64 { return r.first }

// Close ends the connection.
func (r *Reader) Close() error {
	r.drop()
	return nil
}

// Fetch asks once for records and hands each to each, in order, every offset once. It returns their number: 0 and no
// error where none came within maxWait. value is valid only until each returns; an error of each ends the fetch, is
// returned as it is, and the same record comes again with the next Fetch.
//
// ErrUnavailable is the broker's trouble and passes: what was handed out counts, and the next Fetch connects again.
// Fetch has waited a moment before it returns it, longer every time, so calling it again at once is right.
func (r *Reader) Fetch(ctx context.Context, maxWait time.Duration, each func(offset int64, value []byte) error) (n int, err error) {
	if r.conn == nil {
		if err := r.connect(ctx); err != nil {
			return 0, r.pause(ctx, err)
		}
	}
	for {
		n, err = r.fetch(ctx, maxWait, each)
		if errors.Is(err, io.ErrShortBuffer) && n == 0 && len(r.buf) < maxBuffer {
			r.buf = make([]byte, 2*len(r.buf))
			continue
		}
		break
	}
	switch {
	case err == nil, errors.Is(err, io.ErrShortBuffer) && n > 0:
		// Too short a buffer for a later record: the next Fetch meets it first.
		r.wait.Reset()
		return n, nil
	case errors.Is(err, kafkago.OffsetOutOfRange):
		return n, errors.Join(r.outOfRange(ctx), r.Close())
	default:
		return n, r.pause(ctx, err)
	}
}

// fetch is one request. Its error is the library's, ctx's or each's (as an eachError).
func (r *Reader) fetch(ctx context.Context, maxWait time.Duration, each func(int64, []byte) error) (n int, err error) {
	// The library panics on some batches that compaction leaves behind, and bytes from a network must not end us.
	defer func() {
		if p := recover(); p != nil {
			if r.inEach {
				panic(p)
			}
			r.drop()
			err = fmt.Errorf("the client library cannot read the batch at offset %d: %v", r.next, p)
		}
	}()
	conn := r.conn
	if err := conn.SetReadDeadline(time.Now().Add(maxWait + requestTimeout)); err != nil {
		return 0, unavailableNet(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := conn.Seek(r.next, kafkago.SeekAbsolute|kafkago.SeekDontCheck); err != nil {
		return 0, unavailableNet(err)
	}
	batch := conn.ReadBatchWith(kafkago.ReadBatchConfig{MinBytes: 1, MaxBytes: r.maxBytes, MaxWait: max(maxWait, time.Millisecond)})
	n, err = r.drain(batch, each)
	r.high = max(r.high, batch.HighWaterMark())
	if at := batch.Offset(); err == nil && at > r.next {
		r.next = at // the batch's last records were compacted away
	}
	if closeErr := batch.Close(); err == nil && !errors.Is(closeErr, kafkago.RequestTimedOut) {
		err = closeErr
	}
	if err != nil && ctx.Err() != nil {
		return n, ctx.Err()
	}
	return n, unavailableNet(err)
}

// drain hands out what a fetch brought.
func (r *Reader) drain(batch *kafkago.Batch, each func(int64, []byte) error) (n int, err error) {
	for {
		size, err := batch.Read(r.buf)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, kafkago.RequestTimedOut):
			return n, nil
		case err != nil:
			return n, err
		}
		after := batch.Offset()
		if after <= r.next {
			continue // a real broker's answer begins with the whole batch that holds the offset
		}
		value := r.buf[:size]
		if isMarker(value) {
			return n, fmt.Errorf("%w (a marker at offset %d): write to it without transactions, into a new topic", ErrTransactional, after-1)
		}
		r.inEach = true
		err = each(after-1, value)
		r.inEach = false
		if err != nil {
			return n, &eachError{err}
		}
		r.next = after
		n++
	}
}

// isMarker recognizes the end of a transaction, which the library hands out as if it were a record: a version of 0 and
// the coordinator's epoch. No value of Rollcall's begins with a zero byte, neither protobuf nor JSON can.
func isMarker(value []byte) bool { return len(value) == 6 && value[0] == 0 && value[1] == 0 }

// eachError tells an error of the caller's function from one of the connection.
type eachError struct{ err error }

func (e *eachError) Error() string { return e.err.Error() }
func (e *eachError) Unwrap() error { return e.err }

// pause drops the connection and, where the trouble passes by itself, waits before the error goes to the caller.
func (r *Reader) pause(ctx context.Context, err error) error {
	r.drop()
	var own *eachError
	if errors.As(err, &own) {
		return own.err
	}
	if ctx.Err() != nil || !errors.Is(err, ErrUnavailable) {
		return fmt.Errorf("reading %s partition %d at %d: %w", r.topic, r.partition, r.next, err)
	}
	_ = sleep(ctx, r.wait.NextBackOff()) // the error to report is the one at hand
	return fmt.Errorf("reading %s partition %d at %d: %w", r.topic, r.partition, r.next, err)
}

func (r *Reader) drop() {
	if r.conn != nil {
		_ = r.conn.Close() // nothing is written on it
		r.conn = nil
	}
}

// connect finds the leader and checks that it holds the offset.
func (r *Reader) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	conns := &connSet{security: r.cfg.Security}
	dialer := &kafkago.Dialer{ClientID: r.cfg.ClientID, Timeout: requestTimeout, DialFunc: conns.dial}
	err := r.cfg.tryEach(ctx, func(addr string) (err error) {
		r.conn, err = dialer.DialLeader(ctx, "tcp", addr, r.topic, r.partition)
		return err
	})
	if err != nil {
		return fmt.Errorf("connecting to the leader of %s partition %d: %w", r.topic, r.partition, unavailableNet(err))
	}
	if err := r.conn.SetDeadline(time.Now().Add(requestTimeout)); err != nil {
		return unavailableNet(err)
	}
	first, high, err := r.conn.ReadOffsets()
	if err != nil {
		r.drop()
		return fmt.Errorf("asking for the offsets of %s partition %d: %w", r.topic, r.partition, unavailableNet(err))
	}
	if err := r.conn.SetDeadline(time.Time{}); err != nil {
		return unavailableNet(err)
	}
	r.first, r.high = first, high
	if r.next < first || r.next > high {
		r.drop()
		return r.offsetError()
	}
	return nil
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

// unavailableNet marks everything that is neither an error code that stays nor the caller's own: what a connection
// reports passes.
func unavailableNet(err error) error {
	var code kafkago.Error
	var own *eachError
	if err == nil || errors.As(err, &own) || errors.Is(err, ErrTransactional) || errors.Is(err, io.ErrShortBuffer) ||
		errors.Is(err, ErrUnavailable) || denied(err) ||
		(errors.As(err, &code) && !code.Temporary()) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
