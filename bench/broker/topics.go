package broker

import (
	"context"
	"fmt"
	"log/slog"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// The topics with the events, all of the same ones.
const (
	Actions         = "bench.actions"           // protobuf, key community|member; a settings record of each community first
	JSON            = "bench.json"              // key community|member
	JSONByCommunity = "bench.json-by-community" // key community
)

// fillBatch is how many actions go into one append.
const fillBatch = 20_000

// Filled is what the topics hold.
type Filled struct {
	Ends   map[string][]int64 `json:"ends"`  // by topic and partition: the offset after the last event
	Bytes  map[string]int64   `json:"bytes"` // by topic: of all values
	Config kafka.Config       `json:"-"`
}

// Fill makes the named topics and writes the load into them.
func Fill(ctx context.Context, addr string, partitions int, o load.Options, topics ...string) (*Filled, error) {
	config := kafka.Config{Brokers: []string{addr}, ClientID: "bench"}
	if err := Ensure(ctx, config, partitions, topics...); err != nil {
		return nil, err
	}
	p, err := kafka.NewProducer(config, kafka.ProducerOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.Close() }()
	out := &Filled{Ends: map[string][]int64{}, Bytes: map[string]int64{}, Config: config}
	fillers := map[string]*filler{}
	for _, t := range topics {
		fillers[t] = &filler{topic: t}
		if t == Actions {
			if err := settings(ctx, p, o.Communities); err != nil {
				return nil, err
			}
		}
	}
	g, err := load.New(o)
	if err != nil {
		return nil, err
	}
	var a schemas.Action
	for more := true; more; {
		n := 0
		for ; n < fillBatch; n++ {
			if more = g.Next(&a); !more {
				break
			}
			for _, f := range fillers {
				f.add(&a)
			}
		}
		for _, t := range topics {
			bytes, err := fillers[t].send(ctx, p)
			if err != nil {
				return nil, fmt.Errorf("filling %s: %w", t, err)
			}
			out.Bytes[t] += bytes
		}
	}
	for _, t := range topics {
		if _, out.Ends[t], err = kafka.Offsets(ctx, config, t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Ensure makes topics.
func Ensure(ctx context.Context, c kafka.Config, partitions int, topics ...string) error {
	var all []kafka.Topic
	for _, t := range topics {
		all = append(all, kafka.Topic{Name: t, Partitions: partitions})
	}
	return kafka.EnsureTopics(ctx, c, all, slog.New(slog.DiscardHandler))
}

// settings puts the communities on the clock of the data: ticks of the present, which an engine appends, do not move them.
func settings(ctx context.Context, p *kafka.Producer, communities int) error {
	for c := range communities {
		b, err := proto.Marshal(&actionpb.Control{Version: schemas.Version,
			Settings: &actionpb.Settings{Community: load.Community(c), Clock: actionpb.Clock_CLOCK_DATA}})
		if err != nil {
			return err
		}
		if err := p.Broadcast(ctx, Actions, b); err != nil {
			return fmt.Errorf("setting up community %d: %w", c, err)
		}
	}
	return nil
}

// filler collects one topic's records of a batch in one buffer.
type filler struct {
	topic string
	buf   []byte
	at    []int // where a key or a value ends
}

func (f *filler) add(a *schemas.Action) {
	if f.topic == JSONByCommunity {
		f.buf = append(f.buf, a.Community...)
	} else {
		f.buf = a.Key(f.buf)
	}
	f.at = append(f.at, len(f.buf))
	if f.topic == Actions {
		f.buf = a.Append(f.buf)
	} else {
		f.buf = load.AppendJSON(f.buf, a)
	}
	f.at = append(f.at, len(f.buf))
}

func (f *filler) send(ctx context.Context, p *kafka.Producer) (bytes int64, err error) {
	records := make([]schemas.Record, 0, len(f.at)/2)
	begin := 0
	for i := 0; i < len(f.at); i += 2 {
		records = append(records, schemas.Record{Key: f.buf[begin:f.at[i]:f.at[i]], Value: f.buf[f.at[i]:f.at[i+1]:f.at[i+1]]})
		bytes += int64(f.at[i+1] - f.at[i])
		begin = f.at[i+1]
	}
	err = p.Append(ctx, f.topic, records)
	f.buf, f.at = f.buf[:0], f.at[:0]
	return bytes, err
}
