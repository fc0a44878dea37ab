package app

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/testkit"
)

const demoFile = "../../demo/french-meta.ndjson.gz"

// demoSince is when the demo's last years begin, which are enough for what does not depend on how many there are.
const demoSince = "2018"

// demo names a file with the demo's ten years, or with the last of them where the race detector is in the way.
func demo(t *testing.T) string {
	if !testkit.Race {
		return demoFile
	}
	return ndjson(t, demoLines(t))
}

// demoLines are the demo's last years.
func demoLines(t *testing.T) []string {
	return slices.DeleteFunc(gzLines(t, demoFile), func(line string) bool {
		_, at, _ := strings.Cut(line, `"time":"`)
		return at < demoSince
	})
}

// ndjson writes lines into a file.
func ndjson(t *testing.T, lines []string) string {
	path := filepath.Join(t.TempDir(), "lines.ndjson")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func action(community, member string, at time.Time, more string) string {
	return fmt.Sprintf(`{"community":%q,"member":%q,"kind":"message","time":%q%s}`, community, member, at.Format(time.RFC3339), more)
}

// Law 7: what the folds publish is what SQL over the raw actions says, and panels show it.
func TestNumbersAgreeWithSQL(t *testing.T) {
	in := start(t, t.TempDir())
	const some = "a change of clocks" // the range that panels are looked at over; TestOverTheDemo takes every one
	sub := func(name string, f func(t *testing.T, in *instance)) {
		t.Run(name, func(t *testing.T) {
			here := *in
			here.t = t
			f(t, &here)
		})
	}
	for _, zone := range []string{"UTC", "America/Sao_Paulo"} { // where summer time began at midnight
		sub("the demo in "+zone, func(t *testing.T, in *instance) {
			testkit.Alone(t) // TestOverTheDemo is with the race detector
			community := "demo-" + strings.ToLower(filepath.Base(zone))
			in.set(CommunitySetting{Community: community, TimeZone: zone, Clock: "data"})
			in.importFile(ImportOptions{Files: []string{demoFile}, Community: community})
			in.wait()
			if got := in.one("SELECT (count(), uniqExact(member), countIf(late = 1)) FROM rollcall.actions FINAL WHERE community = '" + community + "'"); got != "[6218 1297 0]" {
				t.Errorf("actions, members, late: %s, want 6218, 1297, 0", got)
			}
			in.verify(community, zone)
			in.panels(t, community, zone, some)
		})
	}
	// Over a year's end and the days on which clocks change, in Lord Howe by half an hour.
	for _, zone := range []string{"Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"} {
		sub("a simulated community in "+zone, func(t *testing.T, in *instance) {
			testkit.Raced(t)
			community := strings.ToLower(filepath.Base(zone))
			in.set(CommunitySetting{Community: community, TimeZone: zone, Clock: "data", Weights: map[string]float64{"visit": 0.5}, Bots: []string{"m0001"}})
			if _, err := Simulate(t.Context(), SimulateOptions{Community: community, Members: 60, Days: 110, Seed: 7, TimeZone: zone,
				From: time.Date(2025, 12, 20, 0, 0, 0, 0, time.UTC), Client: in.Client, Truth: filepath.Join(t.TempDir(), "truth.json")}); err != nil {
				t.Fatal(err)
			}
			in.wait()
			if got := in.one("SELECT arraySort(groupUniqArray(dimension)) FROM rollcall.activity FINAL WHERE community = '" + community + "'"); got != "[ channel kind platform]" {
				t.Errorf("dimensions %s", got)
			}
			if got := in.one("SELECT (min(day), max(day)) FROM rollcall.activity_days FINAL WHERE community = '" + community + "'"); !strings.Contains(got, "2025-12") || !strings.Contains(got, "2026-04") {
				t.Errorf("days from and to: %s, want December to April", got)
			}
			in.verify(community, zone)
			in.panels(t, community, zone, some)
			if zone == "Australia/Lord_Howe" {
				at := time.Date(2026, 4, 10, 3, 0, 0, 0, time.UTC)
				in.send(strings.Replace(action(community, "m0002", at, ""), "message", "leave", 1))
				in.wait()
				whoAreThey(t, in, community, zone, at.AddDate(0, 0, 1), []int{20, 60, 112}, "risk_reasons.people") // nobody is at risk at its end
			}
		})
	}
	sub("late actions are stored and in no number", func(t *testing.T, in *instance) {
		testkit.Raced(t)
		at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		in.set(CommunitySetting{Community: "tardy", Clock: "data"})
		in.send(action("tardy", "ada", at, ""))
		in.wait()
		before := in.fingerprints("tardy")
		in.send(action("tardy", "ada", at.Add(-2*time.Hour), ""), action("tardy", "lin", at.Add(-2*time.Hour), ""))
		in.wait()
		if got := in.one("SELECT (countIf(late = 1), count()) FROM rollcall.actions FINAL WHERE community = 'tardy'"); got != "[2 3]" {
			t.Errorf("late and all: %s, want 2 of 3", got)
		}
		after := in.fingerprints("tardy")
		delete(before, "actions")
		delete(after, "actions")
		if diff := gocmp.Diff(before, after); diff != "" {
			t.Errorf("late actions changed numbers: -before +after:\n%s", diff)
		}
		in.send(action("tardy", "lin", at.Add(-59*time.Minute), "")) // within the lateness
		in.wait()
		in.verify("tardy", "")
		in.panels(t, "tardy", "UTC", "all")
	})
	sub("who fell silent is seen by the ticks of others", func(t *testing.T, in *instance) {
		testkit.Raced(t)
		at := time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC)
		in.set(CommunitySetting{Community: "quiet", Clock: "data"})
		for i := range 8 { // some of them in each partition
			in.send(action("quiet", fmt.Sprintf("early%d", i), at, ""))
		}
		in.wait()
		in.send(action("quiet", "later", at.Add(3*time.Hour), ""))
		in.wait()
		got := in.one(`SELECT groupArray((toString(time), active_members)) FROM (SELECT time, active_members FROM rollcall.activity FINAL
			WHERE community = 'quiet' AND window = '1h' AND dimension = '' ORDER BY time)`)
		want := "[[2026-03-01 12:01:00.000 8] [2026-03-01 13:01:00.000 0] [2026-03-01 15:01:00.000 1]]"
		if got != want {
			t.Errorf("active within the hour:\n%s, want\n%s", got, want)
		}
		in.verify("quiet", "")
	})
	sub("an action of now is visible after a wait", func(t *testing.T, in *instance) {
		in.send(`{"community":"live","member":"ada","kind":"post"}`)
		in.wait()
		if got := in.one("SELECT arraySort(groupArray(window)) FROM rollcall.activity FINAL WHERE community = 'live' AND dimension = '' AND actions = 1 AND active_members = 1"); got != "[1h 24h 30d 5m 7d]" {
			t.Errorf("windows that show it: %s, want all five", got)
		}
		if got := in.one("SELECT actions FROM rollcall.members FINAL WHERE community = 'live'"); got != "1" {
			t.Errorf("actions of the member: %s, want 1", got)
		}
	})
	if testkit.Race {
		return
	}
	sub("CollegeMsg", collegeMsg)
	sub("bitcoin-alpha", bitcoinAlpha)
	for _, name := range []string{"bitcoin-otc", "CDNOW"} {
		sub(name, func(t *testing.T, in *instance) {
			o := dataSets[name]
			o.Community, o.Clock, o.Files = strings.ToLower(name), "data", []string{dataSet(t, o.Files[0])}
			in.importFile(o)
			in.wait()
			in.verify(o.Community, "")
			in.panels(t, o.Community, "UTC", "all")
		})
	}
}

func collegeMsg(t *testing.T, in *instance) {
	file := dataSet(t, "collegemsg/CollegeMsg.txt.gz")
	var first map[string]string
	for range 2 { // again changes no row
		in.importFile(ImportOptions{Files: []string{file}, Community: "college", Format: "snap", Clock: "data"})
		in.wait()
		if got := in.one("SELECT (count(), uniqExact(member), countIf(late = 1)) FROM rollcall.actions FINAL WHERE community = 'college'"); got != "[59835 1350 0]" {
			t.Errorf("actions, members, late: %s, want 59835, 1350, 0", got)
		}
		// 35 lines are there twice and one three times, in the same second: all are actions.
		if got := in.one("SELECT sum(n - 1) FROM (SELECT count() AS n FROM rollcall.actions FINAL WHERE community = 'college' GROUP BY member, target, time)"); got != "37" {
			t.Errorf("lines that equal one before: %s, want 37", got)
		}
		if first == nil {
			in.verify("college", "")
			in.panels(t, "college", "UTC", "all", "a month")
			first = in.fingerprints("college")
		}
	}
	if diff := gocmp.Diff(first, in.fingerprints("college")); diff != "" {
		t.Errorf("-imported once +twice:\n%s", diff)
	}
}

// Law 6 on a file with 15,842 inversions: the tables are those of its sorted copy.
func bitcoinAlpha(t *testing.T, in *instance) {
	file := dataSet(t, "bitcoin-otc/soc-sign-bitcoinalpha.csv.gz")
	lines := gzLines(t, file)
	at := func(line string) int {
		n, err := strconv.Atoi(line[strings.LastIndexByte(line, ',')+1:])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if slices.IsSortedFunc(lines, func(a, b string) int { return cmp.Compare(at(a), at(b)) }) {
		t.Fatal("the file is sorted: it shows nothing")
	}
	slices.SortStableFunc(lines, func(a, b string) int { return cmp.Compare(at(a), at(b)) })
	for community, path := range map[string]string{"alpha": file, "alpha-sorted": ndjson(t, lines)} {
		in.importFile(ImportOptions{Files: []string{path}, Community: community, Format: "csv", Kind: "vote", Clock: "data",
			Map: map[string]string{"member": "1", "target": "2", "value": "3", "time": "4"}})
	}
	in.wait()
	if got := in.one("SELECT count() FROM rollcall.actions FINAL WHERE community = 'alpha'"); got != strconv.Itoa(len(lines)) {
		t.Errorf("%s actions, want %d", got, len(lines))
	}
	if diff := gocmp.Diff(in.fingerprints("alpha-sorted"), in.fingerprints("alpha")); diff != "" {
		t.Errorf("-sorted +as it is:\n%s", diff)
	}
	in.verify("alpha", "")
	in.panels(t, "alpha", "UTC", "two years", "a day")
}

func gzLines(t *testing.T, path string) (lines []string) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(z); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines
}
