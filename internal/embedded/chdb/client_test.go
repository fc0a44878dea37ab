package chdb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

var methods = map[string]clickhouse.CompressionMethod{
	"none": clickhouse.CompressionNone, "lz4": clickhouse.CompressionLZ4, "zstd": clickhouse.CompressionZSTD,
	"gzip": clickhouse.CompressionGZIP, "deflate": clickhouse.CompressionDeflate, "br": clickhouse.CompressionBrotli,
}

// everyType is a row with each column type that Rollcall's tables use.
type everyType struct {
	S    string            `ch:"s"`
	L    string            `ch:"l"`
	D    time.Time         `ch:"d"`
	T    time.Time         `ch:"t"`
	U8   uint8             `ch:"u8"`
	U16  uint16            `ch:"u16"`
	U32  uint32            `ch:"u32"`
	U64  uint64            `ch:"u64"`
	I64  int64             `ch:"i64"`
	F64  float64           `ch:"f64"`
	NF   *float64          `ch:"nf"`
	NU   *uint32           `ch:"nu"`
	NT   *time.Time        `ch:"nt"`
	A    []string          `ch:"a"`
	E    string            `ch:"e"`
	B    bool              `ch:"b"`
	ID   uuid.UUID         `ch:"id"`
	M    map[string]string `ch:"m"`
	MU   map[string]uint64 `ch:"mu"`
	Tu   []any             `ch:"tu"`
	LN   *string           `ch:"ln"`
	ALow []string          `ch:"alow"`
}

const everyTypeTable = `CREATE TABLE every (s String, l LowCardinality(String), d Date, t DateTime64(3,'UTC'),
	u8 UInt8, u16 UInt16, u32 UInt32, u64 UInt64, i64 Int64, f64 Float64,
	nf Nullable(Float64), nu Nullable(UInt32), nt Nullable(DateTime64(3,'UTC')), a Array(String),
	e Enum8('left'=1,'right'=2), b Bool, id UUID, m Map(String,String), mu Map(LowCardinality(String),UInt64),
	tu Tuple(String,UInt8), ln LowCardinality(Nullable(String)), alow Array(LowCardinality(String)))
	ENGINE=MergeTree ORDER BY u64`

func everyTypeRows() []everyType {
	f, u, at, text := 1.5, uint32(7), time.UnixMilli(1_700_000_000_123).UTC(), "x"
	return []everyType{
		{
			S: "line\nquote'\x00\xff", L: "low", D: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), T: at,
			U8: 255, U16: 65535, U32: 1 << 31, U64: 1, I64: -5, F64: -0.25, NF: &f, NU: &u, NT: &at,
			A: []string{"a", "", "c"}, E: "right", B: true, ID: uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
			M: map[string]string{"k": "v"}, MU: map[string]uint64{"n": 9}, Tu: []any{"t", uint8(3)}, LN: &text, ALow: []string{"p", "p"},
		},
		{
			D: time.Unix(0, 0).UTC(), T: time.UnixMilli(0).UTC(), U64: 1<<64 - 1, A: []string{}, E: "left",
			M: map[string]string{}, MU: map[string]uint64{}, Tu: []any{"", uint8(0)}, ALow: []string{},
		},
	}
}

func TestClientReadsBackWhatItWrote(t *testing.T) {
	s := start(t, Options{})
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			c := dial(t, s, method)
			mustExec(t, c, "DROP TABLE IF EXISTS every SYNC", everyTypeTable)
			batch, err := c.PrepareBatch(t.Context(), "INSERT INTO every")
			if err != nil {
				t.Fatal(err)
			}
			defer batch.Close()
			want := everyTypeRows()
			for i := range want {
				if err := batch.AppendStruct(&want[i]); err != nil {
					t.Fatal(err)
				}
			}
			if err := batch.Send(); err != nil {
				t.Fatal(err)
			}
			var got []everyType
			if err := c.Select(t.Context(), &got, "SELECT * FROM every ORDER BY u64"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClientColumnBatch(t *testing.T) {
	c := dial(t, start(t, Options{}), clickhouse.CompressionNone)
	const n = 200_000
	mustExec(t, c, "CREATE TABLE big (id UInt64, name String, kind LowCardinality(String), at DateTime64(3,'UTC')) ENGINE=MergeTree ORDER BY id")
	ids, names, kinds, at := make([]uint64, n), make([]string, n), make([]string, n), make([]time.Time, n)
	for i := range n {
		ids[i], names[i], kinds[i], at[i] = uint64(i), "member-"+strconv.Itoa(i), "k"+strconv.Itoa(i%9), time.UnixMilli(int64(i))
	}
	batch, err := c.PrepareBatch(t.Context(), "INSERT INTO big")
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	for i, column := range []any{ids, names, kinds, at} {
		if err := batch.Column(i).Append(column); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(t.Context(), "SELECT id, name, kind, at FROM big ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	i := 0
	for ; rows.Next(); i++ {
		var id uint64
		var name, kind string
		var when time.Time
		if err := rows.Scan(&id, &name, &kind, &when); err != nil {
			t.Fatal(err)
		}
		if id != ids[i] || name != names[i] || kind != kinds[i] || !when.Equal(at[i]) {
			t.Fatalf("row %d is %d %q %q %v", i, id, name, kind, when)
		}
	}
	if err := rows.Err(); err != nil || i != n {
		t.Fatalf("%d rows, %v", i, err)
	}
}

func TestClientParametersSettingsDatabase(t *testing.T) {
	s := start(t, Options{Connections: 1}) // one connection: what leaks shows at once
	c := dial(t, s, clickhouse.CompressionNone)
	text := "it's\ta \\ test"
	var got string
	var n uint64
	if err := c.QueryRow(t.Context(), "SELECT {text:String}, sum(number) FROM numbers(10) WHERE number >= {lo:UInt32}",
		clickhouse.Named("text", text), clickhouse.Named("lo", 8)).Scan(&got, &n); err != nil {
		t.Fatal(err)
	}
	if got != text || n != 17 {
		t.Errorf("parameters came as %q and %d", got, n)
	}
	setting := func(ctx context.Context, name string) string {
		t.Helper()
		var value string
		if err := c.QueryRow(ctx, "SELECT toString(getSetting('"+name+"'))").Scan(&value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	with := func(set clickhouse.Settings) context.Context {
		return clickhouse.Context(t.Context(), clickhouse.WithSettings(set))
	}
	before := setting(t.Context(), "max_threads")
	if got := setting(with(clickhouse.Settings{"max_threads": 1, "async_insert": 1}), "max_threads"); got != "1" {
		t.Errorf("max_threads is %s in its request", got)
	}
	if got := setting(t.Context(), "max_threads"); got != before {
		t.Errorf("max_threads is %s afterwards, was %s", got, before)
	}
	if got := setting(t.Context(), "async_insert"); got != "false" && got != "0" {
		t.Errorf("async_insert is %s: the engine's default came back, not the pool's own", got)
	}
	err := c.Exec(with(clickhouse.Settings{"no_such_setting": 1}), "SELECT 1")
	var exception *clickhouse.Exception
	if !errors.As(err, &exception) || exception.Code != 115 {
		t.Errorf("an unknown setting gives %v", err)
	}
	mustExec(t, c, "CREATE DATABASE other", "USE other", "SET max_threads=2", "CREATE TEMPORARY TABLE mine (a UInt8)")
	if err := c.QueryRow(t.Context(), "SELECT currentDatabase()").Scan(&got); err != nil || got != "default" {
		t.Errorf("database is %q, %v", got, err)
	}
	if got := setting(t.Context(), "max_threads"); got != before {
		t.Errorf("max_threads is %s after a SET of another request", got)
	}
	if err := c.Exec(t.Context(), "SELECT * FROM mine"); err == nil {
		t.Error("a temporary table is seen by another request")
	}
	if _, body := post(t, s, strings.NewReader("SELECT currentDatabase()"), "database", "other"); body != "other\n" {
		t.Errorf("with database=other: %q", body)
	}
	if _, body := post(t, s, strings.NewReader("SELECT currentDatabase(), timezone()")); body != "default\tUTC\n" {
		t.Errorf("afterwards: %q", body)
	}
}

func TestClientErrors(t *testing.T) {
	s := start(t, Options{})
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			c := dial(t, s, method)
			for query, code := range map[string]int32{"SELECT bad syntax from": 62, "SELECT * FROM nosuch": 60, "SELECT nosuch()": 46} {
				var exception *clickhouse.Exception
				if err := c.Exec(t.Context(), query); !errors.As(err, &exception) || exception.Code != code {
					t.Errorf("%s gives %v", query, err)
				}
			}
			rows, err := c.Query(t.Context(), "SELECT throwIf(number=300000), number FROM numbers(400000) SETTINGS max_threads=1")
			got := 0
			if err == nil {
				for ; rows.Next(); got++ {
				}
				err = errors.Join(rows.Err(), rows.Close())
			}
			var exception *clickhouse.Exception
			if !errors.As(err, &exception) || exception.Code != 395 {
				t.Errorf("after %d rows: %v", got, err)
			}
			if got == 0 {
				t.Error("the failure came before the first row: nothing was tested")
			}
			if n := count(t, c, "SELECT count() FROM numbers(5)"); n != 5 {
				t.Errorf("the next query counts %d", n)
			}
		})
	}
}

func TestClientCancelFreesTheEngine(t *testing.T) {
	s := start(t, Options{Connections: 2})
	c := dial(t, s, clickhouse.CompressionNone)
	const endless = "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)"
	running := func() uint64 {
		return count(t, c, "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%system.processes%'")
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		var n uint64
		ended <- c.QueryRow(ctx, endless).Scan(&n)
	}()
	waitFor(t, "the query runs", func() bool { return running() == 1 })
	cancel()
	if err := <-ended; err == nil {
		t.Error("a cancelled query has no error")
	}
	waitFor(t, "the engine is free", func() bool { return running() == 0 })

	limited := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": 1}))
	var exception *clickhouse.Exception
	var n uint64
	if err := c.QueryRow(limited, endless).Scan(&n); !errors.As(err, &exception) || exception.Code != 159 {
		t.Errorf("max_execution_time gives %v", err)
	}
	if _, body := post(t, s, strings.NewReader("SELECT getSetting('max_execution_time')")); strings.TrimSpace(body) != fmt.Sprint(maxQuerySeconds) {
		t.Errorf("max_execution_time is %s by default", body)
	}
}

func TestClientMemoryLimit(t *testing.T) {
	c := dial(t, start(t, Options{MemoryLimit: 1 << 30}), clickhouse.CompressionNone)
	const heavy = "SELECT length(groupArray(number)) FROM numbers(1000000000)"
	var exception *clickhouse.Exception
	var n uint64
	if err := c.QueryRow(t.Context(), heavy).Scan(&n); !errors.As(err, &exception) || exception.Code != 241 {
		t.Errorf("over the limit: %v", err)
	}
	small := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_memory_usage": 10_000_000}))
	if err := c.QueryRow(small, heavy).Scan(&n); !errors.As(err, &exception) || exception.Code != 241 {
		t.Errorf("over the request's own limit: %v", err)
	}
	if n := count(t, c, "SELECT count() FROM numbers(7)"); n != 7 {
		t.Errorf("the engine counts %d afterwards", n)
	}
}
