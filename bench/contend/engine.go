package contend

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
)

const poll = 100 * time.Millisecond

// kafkaEngine lets ClickHouse read the topic itself, into a view that keeps each hour's members exactly.
func kafkaEngine(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	db, stop, err := startEngine(ctx, s.Dir)
	if err != nil {
		return nil, err
	}
	defer stop()
	for _, sql := range []string{
		"CREATE DATABASE p",
		`CREATE TABLE p.hourly (hour DateTime, community LowCardinality(String), members AggregateFunction(uniqExact, String),
			actions SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY (community, hour)`,
		fmt.Sprintf(`CREATE TABLE p.queue (id String, community String, member String, kind String, time Int64, target String,
			object String, channel String, platform String) ENGINE = Kafka SETTINGS kafka_broker_list = '%s',
			kafka_topic_list = '%s', kafka_group_name = 'bench-%s', kafka_format = 'JSONEachRow', kafka_num_consumers = 2,
			kafka_thread_per_consumer = 1, kafka_max_block_size = 200000`, s.Broker, s.Topic, s.RunID),
		`CREATE MATERIALIZED VIEW p.view TO p.hourly AS SELECT toStartOfHour(toDateTime(intDiv(time, 1000))) hour, community,
			uniqExactState(member) members, count() actions FROM p.queue GROUP BY hour, community`,
	} {
		if err := db.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("setting up: %w", err)
		}
	}
	m.Begin()
	if err := await(ctx, s, m, func() (int64, error) { return number(ctx, db, "SELECT sum(actions) FROM p.hourly") }); err != nil {
		return nil, err
	}
	m.End()
	return nil, nil
}

// await counts on the meter what count returns, until it is all.
func await(ctx context.Context, s Spec, m *measure.Meter, count func() (int64, error)) error {
	for ctx.Err() == nil {
		n, err := count()
		if err != nil {
			return err
		}
		if n > m.Done() {
			m.Add(n - m.Done())
		}
		if n >= s.Total {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(poll):
		}
	}
	return context.Cause(ctx)
}

// startEngine starts the embedded ClickHouse.
func startEngine(ctx context.Context, dir string) (db *clickhouse.DB, stop func(), err error) {
	server, err := chdb.Start(ctx, chdb.Options{Dir: filepath.Join(dir, "clickhouse"), Logger: quiet()})
	if err != nil {
		return nil, nil, fmt.Errorf("starting the embedded ClickHouse: %w", err)
	}
	end := func() { _ = server.Close(context.WithoutCancel(ctx)) }
	db, err = clickhouse.Open("http://"+server.Addr(), clickhouse.Options{Logger: quiet()})
	if err != nil {
		end()
		return nil, nil, err
	}
	return db, func() {
		_ = db.Close()
		end()
	}, nil
}

// number is a statement's only value, which is a count.
func number(ctx context.Context, db *clickhouse.DB, sql string) (int64, error) {
	r, err := db.Query(ctx, sql, nil)
	if err != nil {
		return 0, fmt.Errorf("asking %q: %w", sql, err)
	}
	var n int64
	_, err = fmt.Sscan(fmt.Sprint(r.Rows[0][0]), &n)
	return n, err
}
