package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// What is looked at over the demo, in one instance.
func TestOverTheDemo(t *testing.T) {
	in := start(t, t.TempDir(), func(o *UpOptions) { o.Alerts.Receivers = []ReceiverSetting{serveHooks(t).receiver(t, "team")} })
	in.importFile(ImportOptions{Files: []string{demoFile}, Community: "demo", Clock: "data"})
	in.wait()
	t.Run("every panel answers", func(t *testing.T) { everyPanelAnswers(t, in) })
	t.Run("who they are", func(t *testing.T) {
		whoAreThey(t, in, "demo", "UTC", time.Date(2021, 9, 2, 1, 49, 0, 0, time.UTC), []int{200, 1100, 3660}, "lurkers.lurkers", "churn_entries.left_now")
	})
	t.Run("every dashboard answers", func(t *testing.T) { everyDashboardAnswers(t, in) })
	t.Run("every statement of the docs", func(t *testing.T) { everyStatementOfTheDocs(t, in) })
	t.Run("every metric of the docs", func(t *testing.T) { everyMetricOfTheDocs(t, in) })
	t.Run("every report is true", func(t *testing.T) { everyReportIsTrue(t, in) })
}

// Every panel's SQL runs on the engine, for ranges short and long, whole and by segment, over a real community, one of the
// present, and one that has nothing; and by-day actions add up to all there are.
func everyPanelAnswers(t *testing.T, in *instance) {
	get := func(panel, community string, q url.Values) (rows [][]any, columns []string) {
		t.Helper()
		q.Set("community", community)
		res, err := http.Get(in.base + "/api/panels/" + panel + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		var out struct {
			Columns []struct{ Name string }
			Rows    [][]any
		}
		if res.StatusCode != http.StatusOK || json.Unmarshal(b, &out) != nil {
			t.Fatalf("%s %v: %s %s", panel, q, res.Status, b)
		}
		for _, c := range out.Columns {
			columns = append(columns, c.Name)
		}
		return out.Rows, columns
	}
	from, to := time.Date(2011, 8, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 10, 1, 0, 0, 0, 0, time.UTC)
	for _, p := range dashboards.Panels() {
		for _, community := range []string{"demo", "nobody"} {
			for _, days := range []int{1, 30, 3650} {
				for _, segment := range []string{"", "kind/post", "channel/no such channel '\\\t"} {
					q := url.Values{"from": {fmt.Sprint(to.AddDate(0, 0, -days).UnixMilli())}, "to": {fmt.Sprint(to.UnixMilli())}, "window": {"7d"}, "time_zone": {"Asia/Shanghai"}, "member": {"5"},
						"interval": {map[int]string{1: "day", 30: "", 3650: "month"}[days]}}
					if segment != "" {
						dimension, name, _ := strings.Cut(segment, "/")
						q.Set("dimension", dimension)
						q.Set("segment", name)
					}
					rows, columns := get(p.ID, community, q)
					if len(rows) > dashboards.MaxPoints {
						t.Errorf("%s: %d rows", p.ID, len(rows))
					}
					if len(rows) > 0 && len(columns) < len(p.Columns) {
						t.Errorf("%s: columns %v, declared %v", p.ID, columns, p.Columns)
					}
					if community == "demo" && days == 3650 && segment == "" && len(rows) == 0 {
						t.Errorf("%s shows nothing of a community with ten years", p.ID)
					}
				}
			}
		}
	}
	rows, columns := get("actions_by_day", "demo", url.Values{"from": {fmt.Sprint(from.UnixMilli())}, "to": {fmt.Sprint(to.UnixMilli())}, "window": {"30d"}, "time_zone": {"UTC"}})
	sum := 0.0
	for _, r := range rows {
		sum += r[slices.Index(columns, "actions")].(float64)
	}
	if want := in.one("SELECT count() FROM rollcall.actions FINAL WHERE community = 'demo'"); fmt.Sprint(sum) != want {
		t.Errorf("the days add up to %v actions, there are %s", sum, want)
	}
}
