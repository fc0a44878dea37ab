package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// What is looked at over the demo, in one instance.
func TestOverTheDemo(t *testing.T) {
	in := start(t, t.TempDir(), func(o *UpOptions) { o.Alerts.Receivers = []ReceiverSetting{serveHooks(t).receiver(t, "team")} })
	in.importFile(ImportOptions{Files: []string{demoFile}, Community: "demo", Clock: "data"})
	in.wait()
	in.panels(t, "demo", "UTC")
	t.Run("every panel answers", func(t *testing.T) { everyPanelAnswers(t, in) })
	t.Run("who they are", func(t *testing.T) {
		whoAreThey(t, in, "demo", "UTC", time.Date(2021, 9, 2, 1, 49, 0, 0, time.UTC), []int{200, 1100, 3660}, "lurkers.lurkers", "churn_entries.left_now")
	})
	t.Run("every dashboard answers", func(t *testing.T) { everyDashboardAnswers(t, in) })
	t.Run("Grafana alerts of live communities", func(t *testing.T) { grafanaAlertsAreOfLiveCommunities(t, in) })
	t.Run("every statement of the docs", func(t *testing.T) { everyStatementOfTheDocs(t, in) })
	t.Run("every address of the docs", func(t *testing.T) { everyAddressOfTheDocs(t, in) })
	t.Run("every report is true", func(t *testing.T) { everyReportIsTrue(t, in) })
	t.Run("every metric of the docs", func(t *testing.T) { everyMetricOfTheDocs(t, in) })
	t.Run("every table is asked for one community", func(t *testing.T) {
		for _, p := range dashboards.Panels() {
			t.Run(p.ID, func(t *testing.T) { namesItsCommunity(t, in, p) })
		}
	})
	t.Run("communities stay apart", func(t *testing.T) { communitiesStayApart(t, in) })
}

// Over HTTP, as the console asks: what is not there is no error and nobody else's, and by-day actions add up to all there are.
func everyPanelAnswers(t *testing.T, in *instance) {
	get := func(panel, query string) (rows [][]any) {
		t.Helper()
		status, body := in.do(http.MethodGet, "/api/panels/"+panel+"?"+query, "", nil)
		var out struct{ Rows [][]any }
		if status != http.StatusOK || json.Unmarshal(body, &out) != nil {
			t.Fatalf("%s %s: %d %s", panel, query, status, body)
		}
		return out.Rows
	}
	ten := fmt.Sprintf("&from=%d&to=%d&window=30d&time_zone=UTC&member=5", time.Date(2011, 8, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(2021, 10, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
	for _, p := range dashboards.Panels() {
		if rows := get(p.ID, "community=nobody"+ten); len(rows) != 0 {
			t.Errorf("%s shows %v of a community that is not there", p.ID, rows)
		}
		if slices.Contains(p.Binds(), "segment") {
			strange := url.Values{"community": {"demo"}, "dimension": {"channel"}, "segment": {"no such channel '\\\t"}}
			if rows := get(p.ID, strange.Encode()+ten); len(rows) != 0 {
				t.Errorf("%s shows %v of a channel that is not there", p.ID, rows)
			}
		}
	}
	sum := 0.0
	for _, r := range get("actions_by_day", "community=demo"+ten) {
		sum += r[2].(float64)
	}
	if want := in.one("SELECT count() FROM rollcall.actions FINAL WHERE community = 'demo'"); fmt.Sprint(sum) != want {
		t.Errorf("the days add up to %v actions, there are %s", sum, want)
	}
}
