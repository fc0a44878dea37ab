package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-dev/rollcall/schemas"
)

// maxInsert bounds the rows of one insert: well below the engine's block of 1,048,449, beyond which an insert is no longer
// all or nothing.
const maxInsert = 400_000

// insertWithin bounds an insert that hangs: a stop waits for it.
const insertWithin = 30 * time.Second

// gather is how long the first rows of a table wait for those of other partitions. An insert costs ClickHouse the same
// few milliseconds for one row as for many, and every one leaves a part to be merged.
const gather = 100 * time.Millisecond

// Sink inserts rows. Sets that wait for the same table go into one insert, so the number of parts does not grow with the
// number of partitions.
type Sink struct {
	db      *DB
	seconds *prometheus.HistogramVec
	rows    *prometheus.CounterVec

	mu     sync.Mutex
	tables map[string]*queue
	wg     sync.WaitGroup
}

type queue struct {
	waiting []*write
	busy    bool
}

type write struct {
	rows schemas.Rows
	done chan error
}

// NewSink returns a sink into db.
func NewSink(db *DB, r prometheus.Registerer) *Sink {
	s := &Sink{db: db, tables: map[string]*queue{},
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "rollcall", Name: "clickhouse_insert_seconds",
			Help: "Time of one insert.", Buckets: prometheus.ExponentialBuckets(0.002, 2, 14)}, []string{"table"}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "rollcall", Name: "clickhouse_inserted_rows_total",
			Help: "Rows that ClickHouse accepted."}, []string{"table"}),
	}
	if r != nil {
		r.MustRegister(s.seconds, s.rows)
	}
	return s
}

// Write inserts all sets and returns when each is stored, or the first error. Rows of the sets may be stored even then;
// they are absolute, so writing them again changes nothing.
func (s *Sink) Write(ctx context.Context, sets []schemas.Rows) error {
	var g errgroup.Group
	for _, rows := range sets {
		if rows.Len() == 0 {
			continue
		}
		w := &write{rows: rows, done: make(chan error, 1)}
		s.enqueue(ctx, w)
		// The rows are ours until the insert is over, so ctx is the insert's business and not waited for here.
		g.Go(func() error { return <-w.done })
	}
	return g.Wait()
}

func (s *Sink) enqueue(ctx context.Context, w *write) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.tables[w.rows.Table()]
	if q == nil {
		q = &queue{}
		s.tables[w.rows.Table()] = q
	}
	q.waiting = append(q.waiting, w)
	if !q.busy {
		q.busy = true
		s.wg.Go(func() {
			time.Sleep(gather)
			s.drain(ctx, q)
		})
	}
}

// drain inserts what waits for a table until nothing does. While one insert runs, the next one gathers.
func (s *Sink) drain(ctx context.Context, q *queue) {
	ctx = context.WithoutCancel(ctx) // others' rows are among these
	for {
		s.mu.Lock()
		group, rows := q.waiting[:0:0], 0
		for len(q.waiting) > 0 && (rows == 0 || rows+q.waiting[0].rows.Len() <= maxInsert) {
			rows += q.waiting[0].rows.Len()
			group, q.waiting = append(group, q.waiting[0]), q.waiting[1:]
		}
		if len(group) == 0 {
			q.busy = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		err := s.insert(ctx, group)
		for _, w := range group {
			w.done <- err
		}
	}
}

func (s *Sink) insert(ctx context.Context, group []*write) error {
	table := group[0].rows.Table()
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, insertWithin)
	defer cancel()
	names := make([]string, 0, 20)
	for _, c := range group[0].rows.Columns() {
		names = append(names, c.Name)
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"max_partitions_per_insert_block": 0, "async_insert": 0, "insert_deduplicate": 0,
		"optimize_on_insert": 0, // equal keys are few, and merged later or by FINAL: merging each block is a third of an insert
	}))
	total := 0
	for _, w := range group {
		total += w.rows.Len()
	}
	query := "INSERT INTO " + s.db.database + "." + table + " (" + strings.Join(names, ", ") + ")"
	send := s.sendColumns
	if s.db.options.Protocol == clickhouse.HTTP {
		send = s.sendBody
	}
	if err := send(ctx, query, group); err != nil {
		return fmt.Errorf("inserting %d rows into %s: %w", total, table, s.db.explain(err))
	}
	s.seconds.WithLabelValues(table).Observe(time.Since(began).Seconds())
	s.rows.WithLabelValues(table).Add(float64(total))
	return nil
}

// sendBody sends the rows over HTTP, as they are.
func (s *Sink) sendBody(ctx context.Context, query string, group []*write) error {
	b := &body{}
	for _, w := range group {
		if err := b.add(w.rows); err != nil {
			return err
		}
	}
	defer b.stop()
	return s.db.conn.InsertFormat(ctx, "Native", query, b)
}

// sendColumns sends the rows over the native protocol, through the client's columns of the table's types.
func (s *Sink) sendColumns(ctx context.Context, query string, group []*write) error {
	b, err := s.db.conn.PrepareBatch(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = b.Close() }()
	for _, w := range group {
		for i, c := range w.rows.Columns() {
			if err := b.Column(i).Append(clientValues(c.Values)); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
	}
	return b.Send()
}

// Close waits for the inserts under way.
func (s *Sink) Close() { s.wg.Wait() }
