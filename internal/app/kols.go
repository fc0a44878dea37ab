package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	mostLeaders      = kol.Top
	mostEndorsements = 1000 // are listed; all are counted
	mostVouchers     = 20
	rankingWithin    = time.Minute
)

var boards = []string{kol.Current.String(), kol.AllTime.String()}

// Leaders are the first of a board.
type Leaders struct {
	Community string   `json:"community"`
	Board     string   `json:"board"`
	Channel   string   `json:"channel,omitempty"`
	AsOf      int64    `json:"as_of"`   // Unix milliseconds; 0: there is no ranking yet
	Restart   string   `json:"restart"` // where walks begin: vouched, staff, uniform
	KOLs      []Leader `json:"kols"`
}

// Leader is one of them. Of those of a channel, only what is known from its endorsements is said.
type Leader struct {
	Rank       uint32   `json:"rank"`
	Member     string   `json:"member"`
	Score      float64  `json:"score"`
	RankChange *float64 `json:"rank_change"`
	Endorsers  uint32   `json:"endorsers"`
	HIndex     uint32   `json:"h_index"`
	Reach      uint64   `json:"reach"`
	Cluster    *uint32  `json:"cluster"`
	Bridge     *float64 `json:"bridge"`
	Dependents uint32   `json:"dependents"`
}

// getKOLs answers with the newest published ranking, or with one of a channel made on demand.
func (s *server) getKOLs(r *http.Request) (any, error) {
	q := r.URL.Query()
	out := &Leaders{Community: q.Get("community"), Board: cmp.Or(q.Get("board"), kol.Current.String()), Channel: q.Get("channel"), KOLs: []Leader{}}
	if err := validName("community", out.Community, schemas.MaxCommunity); err != nil {
		return nil, err
	}
	if !slices.Contains(boards, out.Board) {
		return nil, problem.New(http.StatusBadRequest, "board: one of %v, got %q", boards, out.Board)
	}
	limit, err := strconv.Atoi(cmp.Or(q.Get("limit"), strconv.Itoa(mostLeaders)))
	if err != nil || limit < 1 || limit > mostLeaders {
		return nil, problem.New(http.StatusBadRequest, "limit: a number from 1 to %d, got %q", mostLeaders, q.Get("limit"))
	}
	if out.Channel == "" {
		return out, s.publishedLeaders(r.Context(), out, limit)
	}
	if err := validName("channel", out.Channel, schemas.MaxText); err != nil {
		return nil, err
	}
	return out, s.leadersOf(r.Context(), out, limit)
}

func validName(what, name string, most int) error {
	if name == "" || len(name) > most || !utf8.ValidString(name) {
		return problem.New(http.StatusBadRequest, "%s: a name of 1 to %d bytes of UTF-8, got %q", what, most, name)
	}
	return nil
}

// publishedLeaders reads them from the read model.
func (s *server) publishedLeaders(ctx context.Context, out *Leaders, limit int) error {
	if _, err := s.verifiable(ctx, out.Community); err != nil {
		return err
	}
	err := s.db.Each(ctx, `SELECT toUnixTimestamp64Milli(as_of), toString(restart), rank, member, score, rank_change, endorsers, h_index, reach, cluster, bridge, dependents
		FROM rollcall.kols FINAL
		WHERE community = {community:String} AND board = {board:String}
			AND as_of = (SELECT max(as_of) FROM rollcall.kols FINAL WHERE community = {community:String} AND board = {board:String})
		ORDER BY rank LIMIT {limit:UInt32}`,
		map[string]string{"community": out.Community, "board": out.Board, "limit": strconv.Itoa(limit)},
		func(scan func(to ...any) error) error {
			l := Leader{Cluster: new(uint32), Bridge: new(float64)}
			if err := scan(&out.AsOf, &out.Restart, &l.Rank, &l.Member, &l.Score, &l.RankChange, &l.Endorsers, &l.HIndex, &l.Reach, l.Cluster, l.Bridge, &l.Dependents); err != nil {
				return err
			}
			out.KOLs = append(out.KOLs, l)
			return nil
		})
	if err != nil {
		return fmt.Errorf("reading the leaders of %s: %w", out.Community, err)
	}
	return nil
}

// leadersOf ranks who was endorsed in a channel, as of now.
func (s *server) leadersOf(ctx context.Context, out *Leaders, limit int) error {
	return s.rankOnDemand(ctx, func(ctx context.Context) error {
		g, err := s.readGraph(ctx, ask{community: out.Community, channel: out.Channel, most: mostTies})
		if err != nil {
			return err
		}
		standings := g.ties.Standings(g.at, g.place(ctx))
		if standings == nil {
			return ctx.Err()
		}
		out.AsOf, out.Restart = g.at, standings.Restart
		places := standings.Boards[kol.AllTime]
		if out.Board == kol.Current.String() {
			places = standings.Boards[kol.Current]
		}
		for i, p := range places[:min(limit, len(places))] {
			out.KOLs = append(out.KOLs, Leader{Rank: uint32(i + 1), Member: g.names[p.Member], Score: p.Score, Endorsers: p.Endorsers,
				HIndex: p.HIndex, Reach: p.Reach, Dependents: p.Dependents})
		}
		return nil
	})
}

// rankOnDemand runs work that computes influence, one at a time, within a minute and as long as somebody waits for it.
func (s *server) rankOnDemand(ctx context.Context, work func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, rankingWithin)
	defer cancel()
	busy := problem.New(http.StatusServiceUnavailable, "other rankings are under way, and one is made at a time: ask again")
	busy.RetryAfter = 10 * time.Second
	select {
	case s.ranking <- struct{}{}:
		defer func() { <-s.ranking }()
	case <-limited.Done():
		return busy
	}
	err := work(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return problem.New(http.StatusServiceUnavailable, "the ranking was not done within %s; the published one answers at once: GET /api/kols without channel", rankingWithin)
	}
	return err
}
