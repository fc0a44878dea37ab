package contend

import (
	"context"
	"fmt"
	"sync"

	"github.com/IBM/sarama"
	"github.com/lovoo/goka"
	"github.com/lovoo/goka/storage"

	"github.com/rollcall-dev/rollcall/bench/measure"
)

// doing is what the callback needs of a message, whatever its codec.
type doing struct {
	kind   int
	time   int64
	member string // empty: no event
}

// gokaJob is one way to encode: input gives doing values; table keeps members; act returns the member's new state.
type gokaJob struct {
	input, table goka.Codec
	act          func(old any, d doing) any
	actions      func(state any) int64
}

// run is a group with a table, as goka's own examples have it: its store is LevelDB, each change goes to the table's topic
// as well, for that is how goka keeps state.
func (j gokaJob) run(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	config := goka.DefaultConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Version = sarama.V2_8_0_0
	goka.ReplaceGlobalConfig(config)
	topics := goka.NewTopicManagerConfig()
	topics.Table.Replication, topics.Stream.Replication = 1, 1
	var begin sync.Once
	callback := func(c goka.Context, msg any) {
		begin.Do(m.Begin)
		d := msg.(doing)
		if d.member == "" || c.Offset() >= s.Ends[c.Partition()] {
			return
		}
		c.SetValue(j.act(c.Value(), d))
		m.Add(1)
	}
	group := goka.Group("bench-goka-" + s.RunID)
	p, err := goka.NewProcessor([]string{s.Broker},
		goka.DefineGroup(group, goka.Input(goka.Stream(s.Topic), j.input, callback), goka.Persist(j.table)),
		goka.WithStorageBuilder(storage.DefaultBuilder(s.Dir)),
		goka.WithTopicManagerBuilder(goka.TopicManagerBuilderWithTopicManagerConfig(topics)),
		goka.WithHasher(newMurmur2),
		goka.WithLogger(silent{}),
	)
	if err != nil {
		return nil, fmt.Errorf("making the processor: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-m.All():
			cancel()
		case <-ctx.Done():
		}
	}()
	// Run returns when all changes are in the table's topic and the offsets are committed.
	if err := p.Run(ctx); err != nil {
		return nil, fmt.Errorf("running the processor: %w", err)
	}
	m.End()
	return j.check(s)
}

// silent is a logger that says nothing.
type silent struct{}

func (silent) Print(...any)          {}
func (silent) Println(...any)        {}
func (silent) Printf(string, ...any) {}

// check adds up what the stores hold.
func (j gokaJob) check(s Spec) (map[string]float64, error) {
	build, table := storage.DefaultBuilder(s.Dir), goka.GroupTable(goka.Group("bench-goka-"+s.RunID))
	var members, actions int64
	for p := range s.Ends {
		st, err := build(string(table), int32(p))
		if err != nil {
			return nil, err
		}
		it, err := st.Iterator()
		if err != nil {
			return nil, err
		}
		for it.Next() {
			b, err := it.Value()
			if err != nil {
				return nil, err
			}
			v, err := j.table.Decode(b)
			if err != nil {
				return nil, err
			}
			members++
			actions += j.actions(v)
		}
		it.Release()
		if err := st.Close(); err != nil {
			return nil, err
		}
	}
	if actions != s.Total {
		return nil, fmt.Errorf("the stores hold %d actions of %d members, want %d", actions, members, s.Total)
	}
	return map[string]float64{"members": float64(members)}, nil
}
