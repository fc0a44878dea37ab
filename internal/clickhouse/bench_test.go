package clickhouse

import (
	"fmt"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// cpu is the CPU time of this process, the embedded engine included.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// settled waits until no merge runs.
func settled(b *testing.B, db *DB) {
	b.Helper()
	for quiet := 0; quiet < 10; quiet++ {
		got, err := db.Query(b.Context(), "SELECT count() FROM system.merges", nil)
		if err != nil {
			b.Fatal(err)
		}
		if got.Rows[0][0] != uint64(0) {
			quiet = 0
		}
		<-time.After(20 * time.Millisecond)
	}
}

// benchRows makes n rows of what 20,000 members do, 4,000 actions a second, from the row from on.
var benchRows = map[string]func(from, n int) schemas.Rows{
	schemas.TableActions: func(from, n int) schemas.Rows {
		r := &schemas.ActionRows{}
		for i := from; i < from+n; i++ {
			h := uint64(i) * 0x9E3779B97F4A7C15
			at := 1_780_000_000_000 + int64(i)/4
			r.Community.AppendString("lab")
			r.ID.AppendString(fmt.Sprintf("%016x%08x", h, i))
			r.Member.AppendString("member-" + strconv.Itoa(int(h>>40)%20_000))
			r.Kind.AppendString(schemas.Kind(1 + h>>32%9).String())
			r.Name.AppendString("")
			r.Target.AppendString("")
			r.Object.AppendString("message-" + strconv.Itoa(int(h>>20)%1_000_000))
			r.Channel.AppendString("channel-" + strconv.Itoa(int(h>>50)%40))
			r.Platform.AppendString("discord")
			r.Campaign.AppendString("")
			r.Value.Append(0, false)
			r.Properties.AppendString(`{"length":` + strconv.Itoa(int(h>>44)%500) + `,"edited":false}`)
			r.Source.AppendString("import")
			r.Time, r.Received = append(r.Time, at), append(r.Received, at+1500)
			r.Late, r.Restated, r.Version = append(r.Late, 0), append(r.Restated, 0), append(r.Version, uint64(i))
		}
		return r
	},
	schemas.TableMemberDays: func(from, n int) schemas.Rows {
		r := &schemas.MemberDayRows{}
		for i := from; i < from+n; i++ {
			r.Community, r.Member = append(r.Community, "lab"), append(r.Member, "member-"+strconv.Itoa(i%20_000))
			r.Day, r.Actions, r.Contributions = append(r.Day, 20_600), append(r.Actions, uint32(i)), append(r.Contributions, 1)
			r.Version, r.Definition = append(r.Version, uint64(i)), append(r.Definition, 1)
		}
		return r
	},
}

// BenchmarkSink writes sets of 25,000 rows, four into an insert, and waits for the merges.
func BenchmarkSink(b *testing.B) {
	for table, make := range benchRows {
		b.Run(table, func(b *testing.B) {
			const set, inserts = 25_000, 20
			db := open(b)
			if _, err := db.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			sink := NewSink(db, nil)
			defer sink.Close()
			var sets []schemas.Rows
			for i := range 4 * inserts {
				sets = append(sets, make(i*set, set))
			}
			b.ReportAllocs()
			total := time.Duration(0)
			for b.Loop() {
				total -= cpu(b)
				for i := range inserts {
					if err := sink.Write(b.Context(), sets[4*i:4*i+4]); err != nil {
						b.Fatal(err)
					}
				}
				settled(b, db)
				total += cpu(b)
			}
			b.ReportMetric(float64(total)/float64(b.N*4*inserts*set), "cpu-ns/row")
		})
	}
}
