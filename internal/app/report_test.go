package app

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/report"
)

// everyReportIsTrue compares the numbers of reports with their definitions over the raw actions, for weeks of all kinds: busy,
// quiet, empty, the community's first, and the one that is not over.
func everyReportIsTrue(t *testing.T, in *instance) {
	for _, week := range []string{"2011-W33", "2011-W34", "2011-W52", "2012-W01", "2012-W42", "2014-W20", "2017-W11", "2019-W20", "2021-W33", "2021-W34", "2021-W35"} {
		w, err := report.ParseWeek(week)
		if err != nil {
			t.Fatal(err)
		}
		page := in.report(t, url.Values{"community": {"demo"}, "week": {week}})
		want := in.one(reportOracle(w))
		got := numbersOf(t, page)
		if text := fmt.Sprint(pick(got, "active", "contributing", "new", "returning", "resurrecting", "dormant", "actions", "left", "absence_factor", "at_risk", "became_at_risk", "churned")); text != want {
			t.Errorf("%s: %s, by SQL %s", week, text, want)
		}
		sticky := in.one(fmt.Sprintf(`SELECT avg(dau / mau) FROM (
			SELECT day, uniqExactIf(member, d = day) AS dau, uniqExact(member) AS mau
			FROM (SELECT member, toDate(time) AS d FROM rollcall.actions FINAL WHERE community = 'demo' AND kind NOT IN ('leave', 'reward', 'violation')) AS a
			CROSS JOIN (SELECT arrayJoin(arrayMap(i -> toDate('%s') + i, range(7))) AS day) AS b
			WHERE d BETWEEN day - 29 AND day AND day <= '2021-09-02' GROUP BY day)`, w.Monday().Format(time.DateOnly)))
		if v, err := strconv.ParseFloat(sticky, 64); err == nil && fmt.Sprintf("%.5f", v) != fmt.Sprintf("%.5f", got["stickiness"]) {
			t.Errorf("%s: stickiness %v, by SQL %s", week, got["stickiness"], sticky)
		}
	}
	page := in.report(t, url.Values{"community": {"demo"}, "week": {"2014-W20"}})
	best := in.one(`SELECT member FROM rollcall.actions FINAL WHERE community = 'demo' AND time >= '2014-05-12' AND time < '2014-05-19'
		GROUP BY member ORDER BY 5 * countIf(kind = 'post') + 5 * countIf(kind = 'answer') + 3 * countIf(kind = 'comment') + countIf(kind = 'vote') DESC, member LIMIT 1`)
	_, thanks, _ := strings.Cut(page, `id="thank"`)
	_, first, _ := strings.Cut(thanks, "<td><bdi>")
	if first, _, _ = strings.Cut(first, "</bdi>"); first != best {
		t.Errorf("first to be thanked: %s, by SQL %s", first, best)
	}
}

// reportOracle is one row of a week's numbers, from the raw actions; what the model of risk says, from the transitions.
func reportOracle(w report.Week) string {
	return strings.NewReplacer("$monday", "toDate('"+w.Monday().Format(time.DateOnly)+"')", "$of", "community = 'demo'").Replace(`
WITH acted AS (SELECT member, toMonday(time) AS week FROM rollcall.actions FINAL WHERE $of AND kind NOT IN ('leave', 'reward', 'violation')),
  firsts AS (SELECT member, min(week) AS first FROM acted GROUP BY member),
  here AS (SELECT DISTINCT member FROM acted WHERE week = $monday),
  gone AS (SELECT DISTINCT member FROM acted WHERE week = $monday - 7),
  made AS (SELECT member, count() AS n FROM rollcall.actions FINAL WHERE $of AND toDate(time) < $monday + 7
    AND kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback') GROUP BY member),
  moves AS (SELECT * FROM rollcall.churn_transitions FINAL WHERE $of AND toDate(time) < $monday + 7)
SELECT arrayMap(x -> toFloat64(assumeNotNull(x)), array(
  (SELECT count() FROM here),
  (SELECT uniqExact(member) FROM rollcall.actions FINAL WHERE $of AND toMonday(time) = $monday
    AND kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback')),
  (SELECT count() FROM firsts WHERE first = $monday),
  (SELECT count() FROM here WHERE member IN gone),
  (SELECT count() FROM here WHERE member NOT IN gone AND member NOT IN (SELECT member FROM firsts WHERE first = $monday)),
  (SELECT count() FROM gone WHERE member NOT IN here),
  (SELECT count() FROM rollcall.actions FINAL WHERE $of AND toMonday(time) = $monday),
  (SELECT count() FROM rollcall.actions FINAL WHERE $of AND toMonday(time) = $monday AND kind = 'leave'),
  (SELECT arrayFirstIndex(x -> 2 * x >= arraySum(all), arrayCumSum(arrayReverseSort(all))) FROM (SELECT groupArray(n) AS all FROM made)),
  (SELECT count() FROM (SELECT argMax(to_state, time) AS state FROM moves GROUP BY member HAVING state = 'at_risk')),
  (SELECT count() FROM moves WHERE to_state = 'at_risk' AND toMonday(time) = $monday),
  (SELECT count() FROM moves WHERE to_state = 'churned' AND toMonday(time) = $monday)))`)
}

var dataNumber = regexp.MustCompile(`<data value="([^"]*)" data-number="([a-z_]+)">`)

// numbersOf are the numbers of a page, as they stand there for programs.
func numbersOf(t *testing.T, page string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for _, m := range dataNumber.FindAllStringSubmatch(page, -1) {
		out[m[2]], _ = strconv.ParseFloat(m[1], 64) // empty: not known, which is 0 for the oracle
	}
	if len(out) != 13 {
		t.Fatalf("%d numbers: %v", len(out), slices.Sorted(maps.Keys(out)))
	}
	return out
}

func pick(from map[string]float64, names ...string) (out []float64) {
	for _, n := range names {
		out = append(out, from[n])
	}
	return out
}

// report asks for a report and returns the page.
func (in *instance) report(t *testing.T, q url.Values) string {
	t.Helper()
	status, body := in.do(http.MethodGet, "/api/report?"+q.Encode(), "", nil)
	if status != http.StatusOK {
		t.Fatalf("%v: %d %s", q, status, body)
	}
	return string(body)
}

// A report's week is the one that is asked for, or the last that is over by the community's own clock; what cannot be is said.
func TestAReportsWeek(t *testing.T) {
	in := start(t, t.TempDir())
	in.set(CommunitySetting{Community: "east", TimeZone: "Pacific/Auckland", Clock: "data"})
	in.set(CommunitySetting{Community: "idle"})
	monday := time.Date(2026, 3, 1, 11, 30, 0, 0, time.UTC) // 00:30 of Monday 2 March there
	in.send(action("east", "ada", monday.AddDate(0, 0, -10), ""), action("east", "lin", monday, `,"channel":"help","campaign":"spring"`))
	in.send(action("new", "ada", time.Now(), ""))
	in.wait()
	for community, want := range map[string]string{"east": "2026-W09", "new": report.WeekOf(time.Now().UTC()).String(), "idle": "1970-W01"} {
		if page := in.report(t, url.Values{"community": {community}}); community != "idle" && !strings.Contains(page, want) {
			t.Errorf("%s: not of week %s", community, want)
		} else if community == "idle" && !strings.Contains(page, "Nothing has happened") {
			t.Error("an idle community does not say so")
		}
	}
	page := in.report(t, url.Values{"community": {"east"}, "week": {"2026-W10"}, "lang": {"zh"}})
	for _, want := range []string{"本周尚未结束", "spring", "lin"} {
		if !strings.Contains(page, want) {
			t.Errorf("the week that is not over does not say %s", want)
		}
	}
	got := map[string]string{}
	want := map[string]string{
		"week=2026-W11":                         "has not begun: east has come to 2026-03-02 00:30, in 2026-W10",
		"week=2026-W07":                         "is before the first action of east, on 2026-02-20, in 2026-W08",
		"week=2026-W54":                         "there are 53 weeks in 2026",
		"lang=fr":                               "lang: en or zh",
		"community=nobody":                      "there is no community \\\"nobody\\\"; there are: east, idle, new",
		"community=" + strings.Repeat("x", 300): "a name of 1 to",
	}
	for q, detail := range want {
		if !strings.Contains(q, "community") {
			q += "&community=east"
		}
		status, body := in.do(http.MethodGet, "/api/report?"+q, "", nil)
		if status < 400 || status >= 500 || !strings.Contains(string(body), detail) {
			got[q] = fmt.Sprint(status, " ", string(body))
		}
	}
	if diff := gocmp.Diff(map[string]string{}, got); diff != "" {
		t.Errorf("answers that do not say what to do:\n%s", diff)
	}
	full := newReportQueue()
	full.within = time.Millisecond
	for range cap(full.slots) {
		full.slots <- struct{}{}
	}
	w := httptest.NewRecorder()
	busy := &server{db: in.db, settings: &settings{registry: registry.New(registry.Options{})}, running: t.Context(), reports: full}
	busy.getReport(w, httptest.NewRequest(http.MethodGet, "/api/report?community=east", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "2 are made at a time") {
		t.Errorf("a report that finds no room: %d %s", w.Code, w.Body)
	}
}
