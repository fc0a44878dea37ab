package app

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// whoAreThey asks, for cells of every panel that has members behind its numbers, who they are: as many as the number says. It
// does so for ranges of so many days up to the last instant, each with another window and interval. The panels and columns of
// unseen are those of which there is nobody.
func whoAreThey(t *testing.T, in *instance, community, zone string, last time.Time, days []int, unseen ...string) {
	type table struct {
		Columns []struct{ Name string }
		Rows    [][]any
	}
	get := func(panel string, q url.Values) table {
		t.Helper()
		res, err := http.Get(in.base + "/api/panels/" + panel + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		var out table
		if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(b, &out) != nil {
			t.Fatalf("%s %v: %s %s %v", panel, q, res.Status, b, err)
		}
		return out
	}
	asText := func(v any) string {
		if n, ok := v.(float64); ok && n == float64(int64(n)) {
			return fmt.Sprint(int64(n))
		}
		return fmt.Sprint(v)
	}
	asked := map[string]int{}
	for _, p := range dashboards.Panels() {
		for r := range days {
			if p.Who == nil {
				continue
			}
			q := url.Values{"community": {community}, "time_zone": {zone}, "interval": {dashboards.CalendarIntervals[r%3]}, "window": {dashboards.Windows[4-r%5]}, "n": {"0"},
				"from": {fmt.Sprint(last.AddDate(0, 0, -days[r]).UnixMilli())}, "to": {fmt.Sprint(last.UnixMilli())}}
			shown := get(p.ID, q)
			column := func(name string) int {
				return slices.IndexFunc(shown.Columns, func(c struct{ Name string }) bool { return c.Name == name })
			}
			for _, name := range slices.Sorted(maps.Keys(p.Who)) {
				// The newest, which may be still open, one somewhere that is not zero, and the first such.
				some := func(row []any) bool { return row[column(name)] != 0.0 && row[column(name)] != nil }
				cells := []int{len(shown.Rows) - 1, len(shown.Rows)/3 + slices.IndexFunc(shown.Rows[len(shown.Rows)/3:], some), slices.IndexFunc(shown.Rows, some)}
				for _, i := range slices.Compact(cells) {
					if i < 0 || shown.Rows[i][column(name)] == nil { // there is none, or it counts nobody
						continue
					}
					row, a, q := shown.Rows[i], p.Who[name], maps.Clone(q)
					for parameter, of := range map[string]string{"at": a.At, "n": a.N, "group": a.By, "interval": "interval", "window": "window"} {
						if at := column(of); at >= 0 {
							q.Set(parameter, asText(row[at]))
						}
					}
					if a.Group != "" {
						q.Set("group", a.Group)
					}
					mean := column("interval") >= 0 && q.Get("interval") != "day" && strings.Contains(p.SQL, "avg(")
					if mean && a.Mean != "" {
						a.Panel = a.Mean
					}
					who := get(a.Panel, q)
					total := 0.0
					if len(who.Rows) > 0 {
						total = who.Rows[0][len(who.Columns)-1].(float64)
					}
					want, shown := row[column(name)].(float64), int(min(total, 200))
					switch {
					case a.Panel == "who_days":
						if total > 200 {
							continue // the rest of the sum is not in the list
						}
						days := in.one(fmt.Sprintf(`SELECT count() FROM rollcall.activity_days FINAL WHERE community = '%s'
							AND day BETWEEN greatest(toDate('%[2]s'), toDate(toTimeZone(fromUnixTimestamp64Milli(%[3]s), '%[5]s'))) AND least(if('%[6]s' = 'week', toDate('%[2]s') + 6,
							toLastDayOfMonth(toDate('%[2]s'))), toDate(toTimeZone(fromUnixTimestamp64Milli(%[4]s - 1), '%[5]s')))`,
							community, q.Get("at"), q.Get("from"), q.Get("to"), zone, q.Get("interval")))
						n, err := strconv.ParseFloat(days, 64)
						sum := 0.0
						for _, r := range who.Rows {
							sum += r[1].(float64)
						}
						if err != nil || math.Abs(sum/n-want) > 1e-9 {
							t.Errorf("%s.%s of %v shows a mean of %v, the list's %v days over %s are %v\n%v", p.ID, name, row, want, sum, days, sum/n, q)
						}
						want = total
					case mean: // who carries it, at the end of the interval
						want = total
					case a.Panel == "who_curve" && name != "members": // a share of them
						want = math.Round(want * row[column("members")].(float64))
					case a.Panel == "who_cluster" && len(who.Rows) > 0: // of whom some are known by name
						shown = len(who.Rows)
					}
					if total != want || len(who.Rows) != shown {
						t.Errorf("%s.%s of %v shows %v, the list says %v and has %d rows\n%v", p.ID, name, row, want, total, len(who.Rows), q)
					}
					if total > 0 {
						asked[p.ID+"."+name]++
					}
				}
			}
		}
	}
	for _, p := range dashboards.Panels() {
		for name := range p.Who {
			if asked[p.ID+"."+name] == 0 && !slices.Contains(unseen, p.ID+"."+name) {
				t.Errorf("no list of %s.%s had anybody", p.ID, name)
			}
		}
	}
}
