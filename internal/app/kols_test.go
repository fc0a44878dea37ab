package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
)

// band is a community: four founders who endorse one another, ada whom three of them endorse in #help, and months later three
// who endorse one another and eve in #ring. A bot likes ada, and a newcomer does not.
func band() (lines []string) {
	at := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	say := func(member, kind, target, channel, more string) {
		at = at.Add(time.Minute)
		lines = append(lines, fmt.Sprintf(`{"community":"band","member":%q,"kind":%q,"target":%q,"object":"o%d","channel":%q,"time":%q%s}`,
			member, kind, target, len(lines), channel, at.Format(time.RFC3339), more))
	}
	founders := []string{"amy", "bea", "cal", "dan"}
	for range 3 {
		for _, a := range founders {
			for _, b := range founders {
				if a != b {
					say(a, "comment", b, "stage", "")
				}
			}
		}
		at = at.AddDate(0, 0, 1)
	}
	at = at.AddDate(0, 1, 0)
	for _, a := range founders[:3] {
		say(a, "answer", "ada", "help", "")
	}
	say("ada", "comment", "amy", "help", "")
	say("robot", "react", "ada", "help", `,"properties":{"is_bot":true}`)
	at = at.AddDate(0, 6, 0)
	ring := []string{"rex", "rio", "rob"}
	for _, a := range ring {
		for _, b := range append(slices.Clone(ring), "eve") {
			if a != b {
				say(a, "react", b, "ring", "")
			}
		}
	}
	say("neo", "downvote", "ada", "help", "")
	say("amy", "post", "", "stage", "")
	return lines
}

// get asks and expects a status.
func (in *instance) get(path string, want int, to any) {
	in.t.Helper()
	status, body := in.do(http.MethodGet, path, "", nil)
	if status != want {
		in.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, to); err != nil {
		in.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

func TestKOLsOnDemand(t *testing.T) {
	in := start(t, t.TempDir())
	in.set(CommunitySetting{Community: "band", Clock: "data"})
	in.send(band()...)
	in.send(`{"community":"other","member":"zed","kind":"comment","target":"ada"}`)
	in.wait()
	if late := in.one("SELECT countIf(late = 1) FROM rollcall.actions FINAL"); late != "0" {
		t.Fatalf("%s actions are late", late)
	}
	sub := func(name string, f func(t *testing.T, in *instance)) {
		t.Run(name, func(t *testing.T) {
			here := *in
			here.t = t
			f(t, &here)
		})
	}
	sub("published", publishedKOLs)
	sub("of a channel", channelKOLs)
	sub("explained", explainedKOLs)
	sub("refused", refusedKOLs)
	sub("bounded", boundedKOLs)
}

func (l *Leaders) names() (names []string) {
	for i, k := range l.KOLs {
		names = append(names, k.Member)
		if k.Rank != uint32(i+1) {
			return nil
		}
	}
	return names
}

func publishedKOLs(t *testing.T, in *instance) {
	for _, board := range boards {
		var got Leaders
		in.get("/api/kols?community=band&board="+board, 200, &got)
		want := in.one("SELECT groupArray(member) FROM (SELECT member FROM rollcall.kols FINAL WHERE community = 'band' AND board = '" + board +
			"' AND as_of = (SELECT max(as_of) FROM rollcall.kols FINAL WHERE community = 'band') ORDER BY rank)")
		if fmt.Sprint(got.names()) != want || len(got.KOLs) != 9 || got.Board != board || got.Restart != "vouched" || got.AsOf == 0 {
			t.Errorf("%+v, want %s", got, want)
		}
		if k := got.KOLs[0]; k.Cluster == nil || k.Bridge == nil || k.Score <= 0 {
			t.Errorf("%+v", k)
		}
	}
	var two Leaders
	if in.get("/api/kols?community=band&limit=2", 200, &two); len(two.KOLs) != 2 || two.Board != "current" {
		t.Errorf("%+v", two)
	}
}

func channelKOLs(t *testing.T, in *instance) {
	for _, c := range []struct{ channel, board, restart, want string }{
		{"help", "all_time", "vouched", "[amy ada]"},
		{"ring", "current", "uniform", "[eve rex rio rob]"}, // who founded the channel founded no community
		{"none", "current", "uniform", "[]"},
	} {
		var got Leaders
		in.get("/api/kols?community=band&channel="+c.channel+"&board="+c.board, 200, &got)
		if fmt.Sprint(got.names()) != c.want || got.Restart != c.restart || got.Channel != c.channel {
			t.Errorf("%+v, want %s", got, c.want)
		}
		for _, k := range got.KOLs {
			if k.RankChange != nil || k.Cluster != nil || k.Bridge != nil || k.Endorsers == 0 || k.Reach == 0 {
				t.Errorf("%s: %+v", c.channel, k)
			}
		}
	}
}

func explainedKOLs(t *testing.T, in *instance) {
	for _, board := range boards { // as the table has it
		var all Leaders
		in.get("/api/kols?community=band&board="+board, 200, &all)
		for _, k := range all.KOLs {
			var x Explained
			in.get("/api/kols/endorsements?community=band&member="+k.Member, 200, &x)
			if x.Boards[board].Rank != k.Rank || x.AsOf != all.AsOf || x.Endorsers == 0 {
				t.Errorf("%s is number %d on %s, explained as %+v", k.Member, k.Rank, board, x)
			}
			sum := x.Direct
			for _, e := range x.Endorsements {
				sum += e.Share
			}
			if want := min(1, 1e9*x.Boards["all_time"].Influence); math.Abs(sum-want) > 1e-9 {
				t.Errorf("%s: shares sum to %v", k.Member, sum)
			}
		}
	}
	var x Explained
	in.get("/api/kols/endorsements?community=band&member=ada", 200, &x)
	if x.Vouched != "endorsed" || x.Endorsers != 4 || x.VouchedEndorsers != 3 || len(x.VouchedBy) != 3 || x.Nothing != 1 || x.Begin <= 0 || x.Restart != "vouched" || x.Trust != 1 {
		t.Errorf("ada: %+v", x)
	}
	for _, e := range x.Endorsements {
		bot := e.Member == "robot"
		if e.First != "2026-02-04" || e.Weight != 1 || e.Vouched == bot || e.Begins == bot || (e.Share == 0) != bot || (e.Why == "bot") != bot {
			t.Errorf("ada: %+v", e)
		}
	}
	if want := []SpokenAgainst{{"neo", 1, "2026-08-04", false, "too_new"}}; !slices.Equal(x.Against, want) {
		t.Errorf("ada: %+v, want %+v", x.Against, want)
	}
	in.get("/api/kols/endorsements?community=band&member=eve", 200, &x)
	if x.Vouched != "" || x.Endorsers != 3 || x.Nothing != 3 || x.Begin != 0 || x.Endorsements[0].Why != "no_influence" || x.Endorsements[0].First != "2026-08-04" {
		t.Errorf("eve: %+v", x)
	}
	in.get("/api/kols/endorsements?community=band&member=amy", 200, &x)
	if x.Vouched != "founder" || x.Endorsers != 4 {
		t.Errorf("amy: %+v", x)
	}
	in.get("/api/kols/endorsements?community=band&member=neo", 200, &x)
	if x.Endorsers != 0 || len(x.Endorsements)+len(x.Against) != 0 || x.Boards["current"].Rank != 0 {
		t.Errorf("neo: %+v", x)
	}
}

func refusedKOLs(t *testing.T, in *instance) {
	for path, want := range map[string]struct {
		status int
		detail string
	}{
		"/api/kols":                           {400, "community: a name"},
		"/api/kols?community=band&board=best": {400, "board: one of"},
		"/api/kols?community=band&limit=101":  {400, "limit: a number from 1 to 100"},
		"/api/kols?community=band&channel=" + strings.Repeat("x", 300):                 {400, "channel: a name"},
		"/api/kols?community=nobody":                                                   {404, "there are: band, other"},
		"/api/kols?community=nobody&channel=help":                                      {404, "there are: band, other"},
		"/api/kols/endorsements?community=band":                                        {400, "member: a name"},
		"/api/kols/endorsements?community=band&member=zed":                             {404, "nobody in band"}, // of another community
		"/api/kols/endorsements?community=nobody&member=ada":                           {404, "there are: band, other"},
		"/api/kols/endorsements?community=band%40x&member=ada":                         {404, "there is no community"},
		"/api/kols/endorsements?community=band&member=" + url.QueryEscape("' OR 1 --"): {404, "nobody in band"},
	} {
		var p struct {
			Status int
			Detail string
		}
		in.get(path, want.status, &p)
		if p.Status != want.status || !strings.Contains(p.Detail, want.detail) {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

// Too much is refused with what to do instead; one ranking is made at a time, and none that nobody waits for.
func boundedKOLs(t *testing.T, in *instance) {
	s := &server{db: in.db, settings: &settings{registry: registry.New(registry.Options{})}, ranking: make(chan struct{}, 1)}
	for want, a := range map[string]ask{
		"channel stage has more than 5 endorsements, more than are ranked on demand":                                   {community: "band", channel: "stage", most: 5},
		"SELECT member, count() FROM rollcall.actions FINAL WHERE community = 'band' AND target = 'o\\'neil' GROUP BY": {community: "band", member: "o'neil", most: 5},
	} {
		var p *problem.Problem
		if _, err := s.readGraph(t.Context(), a); !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Detail, want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	all, err := s.readGraph(t.Context(), ask{community: "band", most: mostTies})
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if all.ties.Standings(all.at, all.place(gone)) != nil || all.ties.Explain(0, all.at, all.place(gone)) != nil {
		t.Error("ranked though nobody waits")
	}
	var p *problem.Problem
	err = s.rankOnDemand(t.Context(), func(ctx context.Context) error {
		return s.rankOnDemand(gone, func(context.Context) error { return nil })
	})
	if !errors.As(err, &p) || p.Status != http.StatusServiceUnavailable || p.RetryAfter == 0 {
		t.Errorf("%v while another is under way", err)
	}
	if err := s.rankOnDemand(t.Context(), func(context.Context) error { return nil }); err != nil {
		t.Errorf("%v when it is over", err)
	}
}
