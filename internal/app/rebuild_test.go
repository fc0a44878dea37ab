package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// An old file imported into a community that has gone on: it is late, the summary says so with the command, and after the
// rebuild all tables are those of a community that got everything in order. The same with another zone and weights.
func TestRebuildTakesInWhatCameLate(t *testing.T) {
	in := start(t, t.TempDir())
	at := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	var older, newer []string
	for i := range 300 {
		line := fmt.Sprintf(`{"member":"m%d","kind":%q,"channel":"c%d","time":%q,"id":"%d"}`, i%17, []string{"post", "view", "leave"}[i%3], i%4,
			at.Add(time.Duration(i)*5*time.Hour).Format(time.RFC3339), i)
		if i < 120 {
			older = append(older, line)
		} else {
			newer = append(newer, line)
		}
	}
	file := func(name string, lines ...string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	all, before, after := file("all.ndjson", append(older, newer...)...), file("old.ndjson", older...), file("new.ndjson", newer...)
	for _, c := range []string{"ordered", "ordered-ny"} {
		set := CommunitySetting{Community: c, Clock: "data"}
		if c == "ordered-ny" {
			set.TimeZone, set.Weights = "America/New_York", map[string]float64{"view": 2}
		}
		in.set(set)
		in.importFile(ImportOptions{Files: []string{all}, Community: c})
	}
	in.set(CommunitySetting{Community: "messy", Clock: "data"})
	if s := in.importFile(ImportOptions{Files: []string{after}, Community: "messy"}); !s.LateKnown || len(s.Late) != 0 {
		t.Errorf("late after the new file: %+v, want none", s)
	}
	if s := in.importFile(ImportOptions{Files: []string{before}, Community: "messy"}); len(s.Late) != 1 || s.Late[0] != (Count{"messy", 120}) {
		t.Errorf("late after the old file: %+v, want 120 of messy", s.Late)
	}
	in.verify("messy", "")
	if _, err := in.Client.SetCommunity(t.Context(), CommunitySetting{Community: "messy", TimeZone: "America/New_York"}); err == nil || !strings.Contains(err.Error(), "rollcall rebuild --community messy") {
		t.Errorf("another zone: %v, want a refusal that names the rebuild", err)
	}
	for i, want := range []string{"ordered", "ordered-ny"} {
		set := CommunitySetting{Community: "messy"}
		if i == 1 {
			set.TimeZone, set.Weights = "America/New_York", map[string]float64{"view": 2}
		}
		done, err := in.Client.Rebuild(t.Context(), set, nil)
		if err != nil {
			t.Fatal(err)
		}
		if done.Actions != 300 || done.TookIn != int64([]int{120, 0}[i]) || done.Late != 0 || done.Epoch != uint32(i+1) {
			t.Errorf("rebuilt: %+v", done)
		}
		in.wait()
		in.verify("messy", set.TimeZone)
		if diff := gocmp.Diff(in.content(want), in.content("messy")); diff != "" {
			t.Errorf("-%s +messy after rebuild %d:\n%s", want, i+1, diff)
		}
	}
	if got := in.one("SELECT count() FROM rollcall.members FINAL WHERE community LIKE '%@%'"); got != "0" {
		t.Errorf("%s rows are left under the name of a rebuild", got)
	}
	if _, err := in.Client.Rebuild(t.Context(), CommunitySetting{Community: "nobody"}, nil); err == nil || !strings.Contains(err.Error(), "community list") {
		t.Errorf("rebuilding what is not there: %v", err)
	}
}

// content returns a hash of each table's rows but for names, versions and what only tells of rebuilds.
func (in *instance) content(community string) map[string]string {
	out := map[string]string{}
	for _, table := range []string{"actions", "activity", "activity_days", "lifecycle", "retention", "stickiness", "active_hours", "members", "member_days"} {
		except := "community, version"
		if table == "actions" {
			except += ", restated, received, source"
		}
		out[table] = in.one(fmt.Sprintf("SELECT (count(), groupBitXor(cityHash64(toString(tuple(* EXCEPT (%s)))))) FROM rollcall.%s FINAL WHERE community = '%s'", except, table, community))
	}
	return out
}

// Live actions that come while a community is rebuilt are in it afterwards, each once.
func TestRebuildWhileLiveGoesOn(t *testing.T) {
	in := start(t, t.TempDir())
	in.importFile(ImportOptions{Files: []string{demoFile}, Community: "demo", Clock: "data"})
	stop, sent := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		defer func() { sent <- n }()
		for at := time.Date(2021, 9, 3, 0, 0, 0, 0, time.UTC); ; at = at.Add(time.Second) {
			select {
			case <-stop:
				return
			default:
			}
			in.send(action("demo", fmt.Sprintf("live%d", n%5), at, ""))
			n++
		}
	}()
	for range 3 {
		if _, err := in.Client.Rebuild(t.Context(), CommunitySetting{Community: "demo"}, nil); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	n := <-sent
	in.wait()
	if got := in.one("SELECT (count(), countIf(late = 1)) FROM rollcall.actions FINAL WHERE community = 'demo'"); got != fmt.Sprintf("[%d 0]", 6218+n) {
		t.Errorf("actions and late: %s, want %d and 0", got, 6218+n)
	}
	in.verify("demo", "UTC")
}
