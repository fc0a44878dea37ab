package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// queues returns a topic's queues. The first call for a topic asks the cluster for its partitions and starts their
// senders.
func (p *Producer) queues(ctx context.Context, topic string) ([]*queue, error) {
	p.mu.RLock()
	queues, closed := p.topics[topic], p.closed
	p.mu.RUnlock()
	if closed {
		return nil, ErrClosed
	}
	if queues != nil {
		return queues, nil
	}
	n, err := partitionCount(ctx, p.client, topic)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	if queues := p.topics[topic]; queues != nil {
		return queues, nil
	}
	metrics := p.metrics.topic(topic)
	for i := range n {
		q := newQueue(topic, i, p.limit)
		queues = append(queues, q)
		p.wg.Go(func() { p.send(q, metrics) })
	}
	p.topics[topic] = queues
	return queues, nil
}

// send writes what is queued for one partition, one request after the other, until Close.
func (p *Producer) send(q *queue, m *topicMetrics) {
	for {
		b := q.next()
		if b == nil {
			select {
			case <-q.wake:
				continue
			case <-p.ctx.Done():
			}
			for _, b := range q.close() {
				p.finish(b, ErrClosed)
			}
			return
		}
		tries, err := p.deliver(q, b, m)
		p.finish(b, err)
		// After a failed try the client library may still be writing from the buffer.
		if tries == 1 && err == nil {
			q.recycle(b)
		}
	}
}

func (p *Producer) finish(b *batch, err error) {
	p.budget.Release(b.cost)
	p.metrics.queued.Sub(float64(b.cost))
	for _, c := range b.calls {
		c.answered(err)
	}
}

// deliver sends one batch until Kafka takes it, refuses it for good, or the producer closes. Nothing of the partition
// overtakes it.
func (p *Producer) deliver(q *queue, b *batch, m *topicMetrics) (tries int, err error) {
	raw := b.seal(time.Now())
	wait := newBackoff()
	for tries = 1; ; tries++ {
		start := time.Now()
		err = p.produce(q, raw)
		if err == nil {
			q.sent = true
			p.sent.Store(true)
			m.seconds.Observe(time.Since(start).Seconds())
			m.requests.Inc()
			m.records.Add(float64(b.n))
			m.bytes.Add(float64(len(raw)))
			return tries, nil
		}
		switch {
		case p.ctx.Err() != nil:
			return tries, ErrClosed
		case errors.Is(err, kafkago.MessageSizeTooLarge), errors.Is(err, kafkago.RecordListTooLarge):
			return tries, fmt.Errorf("%w: the broker takes less than %d bytes: raise the topic's max.message.bytes: %w", ErrTooLarge, len(raw), err)
		case permanent(err), p.refused(q, err):
			return tries, err
		}
		m.retries.Inc()
		if tries == 1 {
			p.log.Warn("Kafka does not take records, trying on", "topic", q.topic, "partition", q.partition, "err", err)
		}
		if sleep(p.ctx, wait.NextBackOff()) != nil {
			return tries, ErrClosed
		}
	}
}

func (p *Producer) produce(q *queue, raw []byte) error {
	ctx, cancel := context.WithTimeout(p.ctx, requestTimeout)
	defer cancel()
	resp, err := p.client.RawProduce(ctx, &kafkago.RawProduceRequest{
		Topic: q.topic, Partition: q.partition, RequiredAcks: kafkago.RequireAll,
		RawRecords: protocol.RawRecordSet{Reader: bytes.NewReader(raw)},
	})
	if err != nil {
		return err
	}
	return resp.Error
}

// refused says whether the cluster does not let this client in, or not write. One that did before may again: a password
// or a certificate is on its way to being renewed.
func (p *Producer) refused(q *queue, err error) bool {
	if errors.Is(err, kafkago.TopicAuthorizationFailed) {
		return !q.sent
	}
	return denied(err) && !p.sent.Load()
}

// permanent says whether sending the same bytes again cannot help. Anything unknown may pass: giving up on records
// that somebody waits for is the worse mistake.
func permanent(err error) bool {
	for _, code := range []kafkago.Error{
		kafkago.InvalidTopic, kafkago.InvalidRequiredAcks, kafkago.InvalidTimestamp, kafkago.UnsupportedVersion,
		kafkago.UnsupportedForMessageFormat, kafkago.PolicyViolation, kafkago.InvalidRecord,
	} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}
