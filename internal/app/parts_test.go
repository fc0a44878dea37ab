package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// bareLog is a log with topics and nobody on it.
func bareLog(t *testing.T, retention string) kafka.Config {
	t.Helper()
	b, err := broker.Start(broker.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	c := kafka.Config{Brokers: []string{b.Addr()}, ClientID: clientID}
	all := topics(1)
	if retention != "" {
		all[0].Config = map[string]string{"retention.ms": retention}
	}
	if err := kafka.EnsureTopics(t.Context(), c, all, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return c
}

// part is a program on a log, without folds.
func (c testLog) part(t *testing.T) *program {
	t.Helper()
	p := newProgram("process", false, testLogger(t))
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	if err := p.openLog(t.Context(), kafka.Config(c), 0, 1, registry.New(registry.Options{Create: true})); err != nil {
		t.Fatal(err)
	}
	return p
}

type testLog kafka.Config

// A rebuild whose process is gone is given up by another, after a while in which it could have come back; one whose
// process lives is left alone.
func TestARebuildWithoutItsProcessIsGivenUp(t *testing.T) {
	log := testLog(bareLog(t, ""))
	p := log.part(t)
	// Its own membership makes the group one that can be asked.
	stages, err := p.joinStages()
	if err != nil {
		t.Fatal(err)
	}
	p.background("the group", func(ctx context.Context) error {
		return stages[0].Group.Run(ctx, func(ctx context.Context, _ []int) error { <-ctx.Done(); return nil })
	})
	store := func(community, feeder string, swapping bool) {
		t.Helper()
		if err := p.settings.store(t.Context(), &actionpb.Settings{Community: community, Epoch: 1, Feeder: feeder, Swapping: swapping}); err != nil {
			t.Fatal(err)
		}
	}
	store("given-up", "gone.1", false)
	store("completed", "gone.1", true)
	waitUntil(t, func() bool {
		members, stable, err := kafka.GroupMembers(t.Context(), p.config, groupID("members"), p.stages[0].topic)
		return err == nil && stable && len(members) == 1 && processOf(members[0].ClientID) == p.id
	})
	other := log.part(t)
	feeder := func(community string) string {
		t.Helper()
		if err := other.settings.sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, _ := other.settings.registry.Community(community)
		return s.Feeder
	}
	store("alive", p.id, false)
	if err := other.settings.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	missed, now := map[string]time.Time{}, time.Now()
	for _, at := range []time.Duration{0, goneAfter - time.Second, goneAfter} {
		for _, c := range []string{"given-up", "completed"} {
			if feeder(c) != "gone.1" {
				t.Fatalf("%s ended before %s", c, at)
			}
		}
		other.endAbandoned(t.Context(), missed, now.Add(at))
	}
	if feeder("given-up") != "" || feeder("completed") != "" || feeder("alive") != p.id {
		t.Errorf("feeders %q, %q and %q", feeder("given-up"), feeder("completed"), feeder("alive"))
	}
	if s, _ := other.settings.registry.Community("completed"); s.Swapping {
		t.Error("the decided swap is not complete")
	}
}

func waitUntil(t *testing.T, ok func() bool) {
	t.Helper()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for late := time.After(30 * time.Second); !ok(); {
		select {
		case <-late:
			t.Fatal("waited in vain")
		case <-every.C:
		}
	}
}

// Two processes agree on the name of the log, which their snapshots lie below.
func TestProcessesAgreeOnTheDeployment(t *testing.T) {
	log := testLog(bareLog(t, ""))
	a, b := log.part(t), log.part(t)
	ids := make(chan string, 2)
	for _, p := range []*program{a, b} {
		go func() {
			id, err := p.settings.deployment(t.Context())
			if err != nil {
				t.Error(err)
			}
			ids <- id
		}()
	}
	if x, y := <-ids, <-ids; x == "" || x != y {
		t.Errorf("%q and %q", x, y)
	}
}

// Snapshots that other processes do not see, of a log that forgets, would lose what a partition held.
func TestOwnSnapshotsOfALogThatForgetsAreRefused(t *testing.T) {
	for _, c := range []struct{ retention, want string }{{"", ""}, {"86400000", "topic rollcall.actions forgets"}} {
		p := testLog(bareLog(t, c.retention)).part(t)
		p.dir = t.TempDir()
		_, err := p.openStore(t.Context(), "")
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("retention %q: %v", c.retention, err)
		}
		if _, err := p.openStore(t.Context(), "file://"+filepath.ToSlash(t.TempDir())); err != nil {
			t.Errorf("a shared store: %v", err)
		}
	}
}

// Whoever tells the folds last tells the newest.
func TestTellingEndsWithTheNewest(t *testing.T) {
	log := testLog(bareLog(t, ""))
	a, b := log.part(t), log.part(t)
	set := func(zone string) *actionpb.Settings {
		return &actionpb.Settings{Community: "c", TimeZone: zone, LatenessMs: 1}
	}
	old := set("Asia/Shanghai")
	if err := a.settings.store(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := b.settings.setCommunity(t.Context(), set("Europe/Zurich")); err != nil {
		t.Fatal(err)
	}
	if err := a.settings.tell(t.Context(), old); err != nil { // late
		t.Fatal(err)
	}
	r, err := kafka.OpenReader(t.Context(), a.config, topics(1)[0].Name, 0, 0, kafka.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	last := ""
	waitUntil(t, func() bool {
		recs, err := r.Fetch(t.Context(), time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			last = string(rec.Value)
		}
		return len(recs) > 0 && r.Next() >= r.HighWater()
	})
	if !strings.Contains(last, "Europe/Zurich") {
		t.Errorf("the folds heard last of %q", last)
	}
}

// What the group did not take is told again, so that a wait at another process ends.
func TestAFailedCommitIsToldAgain(t *testing.T) {
	s := &stage{name: "members"}
	s.deal(true, []int{0})
	at := []stream.Position{{Stage: "members", Partition: 0, Delivered: 7}}
	calls := 0
	for i, want := range []struct {
		err   error
		calls int
	}{{errors.New("no"), 1}, {nil, 2}, {nil, 2}} {
		err := s.tell(at, func(news map[int]int64) error {
			if calls++; news[0] != 7 {
				t.Errorf("told %v", news)
			}
			return want.err
		})
		if calls != want.calls || i == 0 && err == nil || i > 0 && err != nil {
			t.Errorf("time %d: %v after %d commits, want %d", i, err, calls, want.calls)
		}
	}
}

// A part that runs alone has started once it is in its groups, though what it needs is down: /readyz tells that.
func TestAPartStartsBesideASinkThatIsDown(t *testing.T) {
	db, err := clickhouse.Open("http://127.0.0.1:1", clickhouse.Options{Logger: testLogger(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	st := &stage{name: "members"}
	s := &server{part: "process", db: db, engine: stream.New(stream.Options{}), stages: []*stage{st}, running: t.Context()}
	if err := s.starting(t.Context()); err == nil {
		t.Error("started before it is in its groups")
	}
	st.deal(true, nil)
	if err := s.starting(t.Context()); err != nil {
		t.Error(err)
	}
	if s.check(t.Context()) == nil {
		t.Error("ready without ClickHouse")
	}
	s.alone = true
	if s.starting(t.Context()) == nil {
		t.Error("`up` has started without ClickHouse")
	}
}
