package processors

import (
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Law 2: in a community in which nobody does anything any more, windows fall to zero and members turn dormant by ticks
// alone, and a replay of the log, in whatever batches, shows the same tables at the same ticks.
func TestSilenceIsSeenAndReplayed(t *testing.T) {
	begin := time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC)
	ms := func(after time.Duration) int64 { return begin.Add(after).UnixMilli() }
	var log [][]byte
	for i := range 3 {
		a := schemas.Action{Version: 1, Community: []byte("c"), Member: fmt.Append(nil, "m", i), ID: []byte("1"), Kind: schemas.KindPost, Time: ms(0), Received: ms(0)}
		log = append(log, a.Append(nil))
	}
	ticks := []time.Duration{time.Minute, 5 * time.Minute, 6 * time.Minute, time.Hour, 61 * time.Minute, 24 * time.Hour, 48 * time.Hour, 8 * 24 * time.Hour, 40 * 24 * time.Hour}
	for _, after := range ticks { // of the present: the owner's own
		log = append(log, control(&actionpb.Control{Tick: &actionpb.Tick{Time: ms(after), Appended: ms(after)}}))
	}
	run := func(batch int) (at []map[string]string) {
		m, c, tables, signals := NewMembers(0, 1), NewCommunities(), testkit.Tables{}, int64(0)
		deliver := func(f Fold) {
			for _, r := range f.Flush().Rows {
				tables.Write(r)
			}
		}
		for i, b := range log {
			m.Apply(int64(i), b)
			if (i+1)%batch != 0 && i < len(log)-1 && i < 3 {
				continue
			}
			deliver(m)
			for _, s := range m.Flush().Signals {
				c.Apply(signals, s.Value)
				signals++
			}
			m.Delivered()
			deliver(c)
			c.Delivered()
			if i >= 3 {
				at = append(at, tables.Final())
			}
		}
		return at
	}
	at := run(1)
	if diff := gocmp.Diff(at, run(3)); diff != "" {
		t.Errorf("-live +replay:\n%s", diff)
	}
	active := func(tables map[string]string, window string, end time.Time) string {
		return tables[fmt.Sprintf("activity|c|||%s|%d", window, end.UnixMilli())]
	}
	minute := begin.Truncate(time.Minute)
	for _, w := range []struct {
		window string
		zero   time.Time // the end of the first window without them
		tick   int       // the first tick that has reached it
	}{{"5m", minute.Add(6 * time.Minute), 1}, {"1h", minute.Add(61 * time.Minute), 3}, {"24h", time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC), 5},
		{"7d", time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), 7}, {"30d", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), 8}} {
		want := fmt.Sprintf("community=c dimension= segment= window=%s time=%d actions=0 active_members=0 contributing_members=0 is_deleted=0 definition=1 ", w.window, w.zero.UnixMilli())
		if got := active(at[w.tick], w.window, w.zero); got != want {
			t.Errorf("%s at tick %d: %q, want %q", w.window, w.tick, got, want)
		}
		if got := active(at[w.tick-1], w.window, w.zero); got != "" {
			t.Errorf("%s is zero a tick too early: %q", w.window, got)
		}
	}
	dormant := func(tick int, day time.Time) string {
		return at[tick][fmt.Sprintf("lifecycle|c|day|%d", day.Unix()/86_400)]
	}
	next := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	if got, want := dormant(5, next), fmt.Sprintf("community=c interval=day start=%d new=0 returning=0 resurrecting=0 dormant=3 active=0 period_over_period=0 definition=1 ", next.Unix()/86_400); got != want {
		t.Errorf("the day after: %q, want %q", got, want)
	}
	if got := dormant(4, next); got != "" {
		t.Errorf("the day after was there an hour after they acted: %q", got)
	}
}
