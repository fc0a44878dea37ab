package contend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/schemas"
)

// bare is the limit: what the client library and the codec take, and nothing done with it.
func bare(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	m.Begin()
	err := eachPartition(ctx, s, func(ctx context.Context, p int) error { return barePartition(ctx, s, p, m) })
	m.End()
	return nil, err
}

func barePartition(ctx context.Context, s Spec, partition int, m *measure.Meter) error {
	conn, err := kafkago.DialLeader(ctx, "tcp", s.Broker, s.Topic, partition)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	buf, end := make([]byte, 1<<20), s.Ends[partition]
	var a schemas.Action
	for next := int64(0); next < end; {
		if _, err := conn.Seek(next, kafkago.SeekAbsolute|kafkago.SeekDontCheck); err != nil {
			return err
		}
		batch := conn.ReadBatchWith(kafkago.ReadBatchConfig{MinBytes: 1, MaxBytes: 1 << 20, MaxWait: time.Second})
		n := int64(0)
		for next < end {
			size, err := batch.Read(buf)
			if errors.Is(err, io.EOF) || errors.Is(err, kafkago.RequestTimedOut) {
				break
			}
			if err != nil {
				return err
			}
			if batch.Offset() <= next { // an answer begins with the whole batch that holds the offset
				continue
			}
			next = batch.Offset()
			control, err := schemas.DecodeRecord(buf[:size], &a)
			if err != nil {
				return fmt.Errorf("offset %d: %w", next-1, err)
			}
			if control == nil {
				n++
			}
		}
		m.Add(n)
		if err := batch.Close(); err != nil && next < end {
			return err
		}
	}
	return nil
}
