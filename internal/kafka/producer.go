package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"
	"golang.org/x/sync/semaphore"

	"github.com/rollcall-dev/rollcall/schemas"
)

// What a Producer refuses.
var (
	// ErrBusy means that the queue was full until ctx ended: nothing of what is left of the call was queued, and the
	// sender should try again later.
	ErrBusy = errors.New("too much waits to be written to Kafka")
	// ErrTooLarge means that a record fits no batch. Nothing of the call was queued.
	ErrTooLarge = errors.New("the record is too large for Kafka")
	// ErrClosed means that Close came first.
	ErrClosed = errors.New("the producer is closed")
)

// The defaults of ProducerOptions.
const (
	defaultBatchBytes  = 900 << 10 // below the 1 MiB that brokers take by default
	defaultQueuedBytes = 64 << 20
)

// ProducerOptions bound what a Producer holds. The zero value is right for most.
type ProducerOptions struct {
	MaxBatchBytes  int   // of one request, default 900 KiB
	MaxQueuedBytes int64 // not yet acknowledged, default 64 MiB, at least two batches
	Registerer     prometheus.Registerer
	Logger         *slog.Logger
}

// Producer appends records to Kafka. All methods may be called at the same time.
type Producer struct {
	client      *kafkago.Client
	closeClient func()
	limit       int
	total       int64
	budget      *semaphore.Weighted // bytes
	metrics     *producerMetrics
	log         *slog.Logger

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	sent   atomic.Bool // something, so the cluster lets us in

	mu     sync.RWMutex
	topics map[string][]*queue
	closed bool
}

// NewProducer returns a producer that connects when it is first used.
func NewProducer(cfg Config, o ProducerOptions) (*Producer, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if o.MaxBatchBytes == 0 {
		o.MaxBatchBytes = defaultBatchBytes
	}
	if o.MaxQueuedBytes == 0 {
		o.MaxQueuedBytes = defaultQueuedBytes
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	metrics, err := newProducerMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	total := max(o.MaxQueuedBytes, 2*int64(o.MaxBatchBytes))
	p := &Producer{
		limit: o.MaxBatchBytes, total: total, budget: semaphore.NewWeighted(total),
		metrics: metrics, log: o.Logger, topics: map[string][]*queue{},
	}
	p.client, p.closeClient = cfg.client()
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p, nil
}

// Append writes records to the partitions of their keys and returns when all in-sync replicas hold every one. In a
// partition, records stand in the order of recs, and behind those of every call that returned before this one began.
//
// An error says that some or all are not acknowledged; they may be in the log all the same, or still get there, so the
// sender sends them again and their ids make the repeat harmless. While the broker is down Append waits until ctx ends.
func (p *Producer) Append(ctx context.Context, topic string, recs []schemas.Record) error {
	return p.append(ctx, topic, recs, -1)
}

// AppendTo is Append to one partition, whatever the keys.
func (p *Producer) AppendTo(ctx context.Context, topic string, partition int, recs []schemas.Record) error {
	if partition < 0 {
		return fmt.Errorf("appending to %s: there is no partition %d", topic, partition)
	}
	return p.append(ctx, topic, recs, partition)
}

// Broadcast writes one record without a key to every partition, behind what is queued there already.
func (p *Producer) Broadcast(ctx context.Context, topic string, value []byte) error {
	queues, err := p.queues(ctx, topic)
	if err != nil {
		return err
	}
	recs := []schemas.Record{{Value: value}}
	if err := p.checkSizes(recs); err != nil {
		return fmt.Errorf("broadcasting to %s: %w", topic, err)
	}
	c := newCall()
	for _, q := range queues {
		if err := p.put(ctx, c, recs, func(order []int32) error { return q.put(c, recs, order) }); err != nil {
			return fmt.Errorf("broadcasting to %s: %w", topic, err)
		}
	}
	return p.wait(ctx, c, topic)
}

// Partitions returns the number of partitions of a topic.
func (p *Producer) Partitions(topic string) (int, error) {
	ctx, cancel := context.WithTimeout(p.ctx, requestTimeout)
	defer cancel()
	queues, err := p.queues(ctx, topic)
	return len(queues), err
}

// Close gives up on what is not acknowledged (its callers get ErrClosed) and waits for the senders to end.
func (p *Producer) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.closeClient()
	p.wg.Wait()
	return nil
}

func (p *Producer) append(ctx context.Context, topic string, recs []schemas.Record, partition int) error {
	if len(recs) == 0 {
		return nil
	}
	queues, err := p.queues(ctx, topic)
	if err != nil {
		return err
	}
	if partition >= len(queues) {
		return fmt.Errorf("appending to %s: there is no partition %d, it has %d", topic, partition, len(queues))
	}
	if err := p.checkSizes(recs); err != nil {
		return fmt.Errorf("appending to %s: %w", topic, err)
	}
	c := newCall()
	for len(recs) > 0 {
		n := p.portion(recs)
		err := p.put(ctx, c, recs[:n], func(order []int32) error {
			if partition >= 0 {
				return queues[partition].put(c, recs[:n], order)
			}
			return putByKey(queues, c, recs[:n], order)
		})
		if err != nil {
			return fmt.Errorf("appending to %s: %w", topic, err)
		}
		recs = recs[n:]
	}
	return p.wait(ctx, c, topic)
}

// checkSizes refuses a record that fits no batch before anything of its call is queued.
func (p *Producer) checkSizes(recs []schemas.Record) error {
	room := p.limit - sizePrefix - headBytes
	for i, r := range recs {
		if recordCost(r) > room {
			return fmt.Errorf("%w: record %d has %d bytes, at most %d fit", ErrTooLarge, i, len(r.Key)+len(r.Value), room-maxOverhead)
		}
	}
	return nil
}

// portion returns how many records go into the budget at once: half of it at most, so that a call larger than the
// whole budget passes through it piece by piece.
func (p *Producer) portion(recs []schemas.Record) int {
	cost := int64(0)
	for i, r := range recs {
		if cost += int64(recordCost(r)); cost > p.total/2 && i > 0 {
			return i
		}
	}
	return len(recs)
}

// put takes the records' bytes from the budget and queues them.
func (p *Producer) put(ctx context.Context, c *call, recs []schemas.Record, queue func(order []int32) error) error {
	cost := int64(0)
	for _, r := range recs {
		cost += int64(recordCost(r))
	}
	if err := p.budget.Acquire(ctx, cost); err != nil {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	p.metrics.queued.Add(float64(cost))
	order := orders.get(len(recs))
	defer orders.put(order)
	return queue(*order)
}

// wait returns when every batch that the call is part of is answered.
func (p *Producer) wait(ctx context.Context, c *call, topic string) error {
	c.answered(nil)
	select {
	case <-c.done:
		if c.err != nil {
			return fmt.Errorf("appending to %s: %w", topic, c.err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("appending to %s: no acknowledgement yet, the records may still be written: %w", topic, ctx.Err())
	}
}
