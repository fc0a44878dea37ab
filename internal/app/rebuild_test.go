package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
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

// Live actions that come while a community is rebuilt are in it afterwards, each once and none late, though a few of them are
// further apart than the lateness.
func TestRebuildWhileLiveGoesOn(t *testing.T) {
	in := start(t, t.TempDir())
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	next := func(n int) string {
		return action("busy", fmt.Sprintf("m%d", n%7), at.Add(time.Duration(n)*20*time.Minute), "")
	}
	in.set(CommunitySetting{Community: "busy", Clock: "data"})
	const before = 300
	var old []string
	for n := range before {
		old = append(old, next(n))
	}
	in.send(old...)
	stop, sent := make(chan struct{}), make(chan int)
	go func() {
		n := before
		defer func() { sent <- n }()
		for ; ; n++ {
			select {
			case <-stop:
				return
			default:
				in.send(next(n))
			}
		}
	}()
	for range 2 {
		if _, err := in.Client.Rebuild(t.Context(), CommunitySetting{Community: "busy"}, nil); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	n := <-sent
	in.wait()
	if n < before+20 {
		t.Errorf("only %d live actions: they show nothing", n-before)
	}
	if got := in.one("SELECT (count(), countIf(late = 1)) FROM rollcall.actions FINAL WHERE community = 'busy'"); got != fmt.Sprintf("[%d 0]", n) {
		t.Errorf("actions and late: %s, want %d and 0", got, n)
	}
	in.verify("busy", "UTC")
}

// A rebuild whose client goes away changes nothing, and the next one is as good as the first. One whose swap was decided
// when the process died is completed by the next start.
func TestRebuildsThatDidNotEnd(t *testing.T) {
	dir := t.TempDir()
	in := start(t, dir)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in.set(CommunitySetting{Community: "cut", Clock: "data"})
	in.send(action("cut", "ada", at, ""), action("cut", "lin", at, ""))
	in.wait()
	in.send(action("cut", "lin", at.AddDate(0, 0, -9), ""))
	in.wait()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := in.Client.Rebuild(ctx, CommunitySetting{Community: "cut"}, func(Rebuilt) { cancel() }); err == nil {
		t.Error("a rebuild whose client went away succeeded")
	}
	cancel()
	in.wait()
	if got := in.one("SELECT (countIf(late = 1), countIf(restated > 0)) FROM rollcall.actions FINAL WHERE community = 'cut'"); got != "[1 0]" {
		t.Errorf("late and restated after a rebuild that did not end: %s, want 1 and 0", got)
	}
	in.verify("cut", "")
	in.stop()

	// The same again, up to the decision; told to one partition only.
	in = start(t, dir)
	set := &actionpb.Settings{Community: "cut", TimeZone: "Asia/Shanghai", Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: 3_600_000, Epoch: 9}
	decided := proto.Clone(set).(*actionpb.Settings)
	decided.Swapping = true
	run, err := FindRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := kafka.NewProducer(kafka.Config{Brokers: []string{run.Kafka}}, kafka.ProducerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	tell := func(r *actionpb.Rebuild, partitions ...int) {
		r.Community, r.Epoch = "cut", 9
		value, err := proto.Marshal(&actionpb.Control{Version: schemas.Version, Rebuild: r})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range partitions {
			if err := p.AppendTo(t.Context(), schemas.TopicActions, n, []schemas.Record{{Value: value}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	tell(&actionpb.Rebuild{Begin: set}, 0, 1, 2, 3)
	for i, x := range []struct {
		member string
		at     time.Time
	}{{"lin", at.AddDate(0, 0, -9)}, {"ada", at}, {"lin", at}} {
		a := schemas.Action{Version: 1, Community: []byte("cut"), Member: []byte(x.member), ID: fmt.Append(nil, i), Kind: schemas.KindMessage, Time: x.at.UnixMilli()}
		id := in.one(fmt.Sprintf("SELECT id FROM rollcall.actions FINAL WHERE community = 'cut' AND member = '%s' AND time = '%s'", x.member, x.at.Format(time.DateTime)))
		a.ID = []byte(id)
		tell(&actionpb.Rebuild{Actions: []*actionpb.Restated{{Action: a.Append(nil), Late: i == 0}}}, kafka.PartitionOf(a.Key(nil), 4))
	}
	tell(&actionpb.Rebuild{Mark: true}, 0, 1, 2, 3)
	tell(&actionpb.Rebuild{Swap: true}, 2)
	value, err := proto.Marshal(&actionpb.Registered{Version: schemas.Version, What: &actionpb.Registered_Community{Community: decided}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Append(t.Context(), schemas.TopicSettings, []schemas.Record{{Key: []byte("community/cut"), Value: value}}); err != nil {
		t.Fatal(err)
	}
	in.stop()
	in = start(t, dir)
	in.wait()
	if got := in.one("SELECT (epoch, time_zone) FROM rollcall.communities FINAL WHERE community = 'cut'"); got != "[9 Asia/Shanghai]" {
		t.Errorf("epoch and zone after the start: %s, want 9 and Asia/Shanghai", got)
	}
	if got := in.one("SELECT countIf(late = 1) FROM rollcall.actions FINAL WHERE community = 'cut'"); got != "0" {
		t.Errorf("%s actions are late after the rebuild", got)
	}
	in.verify("cut", "Asia/Shanghai")
}

// One sender's clock that is a day ahead moves the time of its own partition only, in a rebuild too.
func TestRebuildDoesNotMakeThePresentLate(t *testing.T) {
	in := start(t, t.TempDir())
	now := time.Now()
	members := func(at time.Time) {
		for i := range 20 {
			in.send(action("ahead", fmt.Sprintf("m%d", i), at, ""))
		}
		in.wait()
	}
	late := func() string {
		return in.one("SELECT countIf(late = 1) FROM rollcall.actions FINAL WHERE community = 'ahead'")
	}
	in.send(action("ahead", "m0", now.Add(20*time.Hour), ""))
	members(now)
	before := late()
	if _, err := in.Client.Rebuild(t.Context(), CommunitySetting{Community: "ahead"}, nil); err != nil {
		t.Fatal(err)
	}
	members(now.Add(time.Second))
	if after := late(); after != before && after != "0" {
		t.Errorf("%s of 20 were late before the rebuild, %s of the 20 that came after it", before, after)
	}
	in.verify("ahead", "")
}
