package chdb

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

const (
	benchRows  = 1_000_000
	benchBlock = 200_000
	benchTable = `CREATE TABLE bench (a UInt64, b UInt64, c UInt64, d Float64, e Float64, s String, t String,
		k LowCardinality(String), l LowCardinality(String), ts DateTime64(3,'UTC')) ENGINE=MergeTree ORDER BY a`
)

var benchNames = []string{"a", "b", "c", "d", "e", "s", "t", "k", "l", "ts"}

var benchTypes = []column.Type{
	"UInt64", "UInt64", "UInt64", "Float64", "Float64", "String", "String", "LowCardinality(String)", "LowCardinality(String)", "DateTime64(3, 'UTC')",
}

// benchColumns is block n of the rows, one slice per column.
func benchColumns(n int) []any {
	ids, numbers := make([]uint64, benchBlock), make([]float64, benchBlock)
	names, kinds, at := make([]string, benchBlock), make([]string, benchBlock), make([]time.Time, benchBlock)
	for i := range benchBlock {
		row := n*benchBlock + i
		ids[i], numbers[i], at[i] = uint64(row), float64(row)/3, time.UnixMilli(int64(row))
		names[i], kinds[i] = "member-"+strconv.Itoa(row%100_000), "k"+strconv.Itoa(row%50)
	}
	return []any{ids, ids, ids, numbers, numbers, names, names, kinds, kinds, at}
}

// benchBytes is the same block as clickhouse-go sends it.
func benchBytes(b *testing.B, columns []any) []byte {
	block := proto.NewBlock()
	for i, values := range columns {
		if err := block.AddColumn(benchNames[i], benchTypes[i]); err != nil {
			b.Fatal(err)
		}
		if _, err := block.Columns[i].Append(values); err != nil {
			b.Fatal(err)
		}
	}
	var out chproto.Buffer
	if err := block.Encode(&out, 0); err != nil {
		b.Fatal(err)
	}
	return out.Buf
}

// BenchmarkInsert puts 1 M rows of 10 columns into the engine in blocks of
// 200,000, in turns through the front with clickhouse-go and straight into the
// engine. Building the blocks is not counted; rows/s are the front's.
func BenchmarkInsert(b *testing.B) {
	s := start(b, Options{})
	c := dial(b, s, clickhouse.CompressionNone)
	mustExec(b, c, benchTable)
	columns, packed := [][]any{}, [][]byte{}
	for n := range benchRows / benchBlock {
		columns = append(columns, benchColumns(n))
		packed = append(packed, benchBytes(b, columns[n]))
	}
	var viaFront, viaEngine time.Duration
	for b.Loop() {
		for n, block := range columns {
			viaFront += sendBlock(b, c, block)
			viaEngine += insertStraight(b, s, packed[n])
		}
	}
	rows := float64(b.N) * benchRows
	b.ReportMetric(rows/viaFront.Seconds(), "rows/s")
	b.ReportMetric(rows/viaEngine.Seconds(), "engine-rows/s")
	b.ReportMetric(100*viaEngine.Seconds()/viaFront.Seconds(), "%-of-engine")
	if got, want := count(b, c, "SELECT count() FROM bench"), uint64(2*rows); got < want {
		b.Errorf("%d rows are there, want %d", got, want)
	}
}

func sendBlock(b *testing.B, c clickhouse.Conn, columns []any) time.Duration {
	batch, err := c.PrepareBatch(b.Context(), "INSERT INTO bench")
	if err != nil {
		b.Fatal(err)
	}
	defer batch.Close()
	for i, values := range columns {
		if err := batch.Column(i).Append(values); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	if err := batch.Send(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func insertStraight(b *testing.B, s *Server, packed []byte) time.Duration {
	conn, err := s.pool.Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer s.pool.Release(conn)
	began := time.Now()
	if _, err := conn.Insert(b.Context(), "INSERT INTO bench", "Native", nil, bytes.NewReader(packed)); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// BenchmarkSmallQuery is a round trip that does almost nothing.
func BenchmarkSmallQuery(b *testing.B) {
	c := dial(b, start(b, Options{}), clickhouse.CompressionNone)
	for b.Loop() {
		if n := count(b, c, "SELECT count() FROM numbers(3)"); n != 3 {
			b.Fatal(n)
		}
	}
}

// BenchmarkSelect reads 1 M rows of 3 columns through clickhouse-go.
func BenchmarkSelect(b *testing.B) {
	c := dial(b, start(b, Options{}), clickhouse.CompressionNone)
	for b.Loop() {
		rows, err := c.Query(b.Context(), "SELECT number, toString(number), number / 3 FROM numbers(1000000)")
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for rows.Next() {
			n++
		}
		if err := rows.Err(); err != nil || n != 1_000_000 {
			b.Fatal(n, err)
		}
		_ = rows.Close()
	}
	b.ReportMetric(float64(b.N)*1_000_000/b.Elapsed().Seconds(), "rows/s")
}
