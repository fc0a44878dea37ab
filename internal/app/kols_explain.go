package app

import (
	"context"
	"net/http"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Explained is why a member has influence, as of the newest ranking.
type Explained struct {
	Community string  `json:"community"`
	Member    string  `json:"member"`
	AsOf      int64   `json:"as_of"` // Unix milliseconds
	Bot       bool    `json:"bot"`
	Vouched   string  `json:"vouched"`       // founder, staff, endorsed; empty: not vouched for
	Restart   string  `json:"restart"`       // where walks begin: vouched, staff, uniform
	Begin     float64 `json:"restart_share"` // share of walks that begin at the member
	Direct    float64 `json:"direct_share"`  // share of the influence that comes from there
	Trust     float64 `json:"trust"`         // what those who speak against the member leave, of 1
	// Boards by name; a place of 0 is none.
	Boards map[string]Place `json:"boards"`

	Endorsers        int             `json:"endorsers"`
	VouchedEndorsers int             `json:"vouched_endorsers"`
	VouchedBy        []string        `json:"vouched_by"` // the first of them
	Nothing          int             `json:"counting_for_nothing"`
	Endorsements     []EndorsedBy    `json:"endorsements"` // the first thousand, the greatest share first
	Against          []SpokenAgainst `json:"against"`      // the first thousand, the heaviest first
}

// Place is a member's on one board.
type Place struct {
	Rank      uint32  `json:"rank"`
	Influence float64 `json:"influence"` // PageRank
}

// EndorsedBy is what one member gives, see kol.Endorsement.
type EndorsedBy struct {
	Member  string  `json:"member"`
	Weight  float64 `json:"weight"`
	First   string  `json:"first"` // local day
	Vouched bool    `json:"vouched"`
	Begins  bool    `json:"begins"`
	Share   float64 `json:"share"`
	Why     string  `json:"why"`
}

// SpokenAgainst is what one member says against, see kol.Objection.
type SpokenAgainst struct {
	Member  string  `json:"member"`
	Weight  float64 `json:"weight"`
	First   string  `json:"first"`
	Vouched bool    `json:"vouched"`
	Counts  string  `json:"counts"`
}

// getEndorsements says who vouches for a member, what each endorsement brings, and what counts for nothing.
func (s *server) getEndorsements(r *http.Request) (any, error) {
	q := r.URL.Query()
	community, member := q.Get("community"), q.Get("member")
	if err := validName("community", community, schemas.MaxCommunity); err != nil {
		return nil, err
	}
	if err := validName("member", member, schemas.MaxMember); err != nil {
		return nil, err
	}
	var out *Explained
	err := s.rankOnDemand(r.Context(), func(ctx context.Context) error {
		g, err := s.readGraph(ctx, ask{community: community, member: member, published: true, most: mostTies})
		if err != nil {
			return err
		}
		m := g.numbers[member]
		x := g.ties.Explain(m, g.at, g.place(ctx))
		if x == nil {
			return ctx.Err()
		}
		if !g.known[m] && len(x.Endorsements)+len(x.Against) == 0 {
			return problem.New(http.StatusNotFound, "nobody in %s is called %q: names are those that actions bring, letter by letter", community, member)
		}
		out = g.explained(x)
		return nil
	})
	return out, err
}

func (g *asked) explained(x *kol.Explanation) *Explained {
	out := &Explained{Community: g.community, Member: g.member, AsOf: g.at, Bot: x.Bot, Vouched: x.Vouched, Restart: x.Restart,
		Begin: x.Begin, Direct: x.Direct, Trust: x.Trust, Boards: map[string]Place{}, VouchedBy: []string{},
		Endorsers: len(x.Endorsements), Endorsements: []EndorsedBy{}, Against: []SpokenAgainst{}}
	for b := range x.Ranks {
		out.Boards[kol.Board(b).String()] = Place{x.Ranks[b], x.Influence[b]}
	}
	for _, e := range x.Endorsements {
		name := g.names[e.Actor]
		if e.Vouched {
			if out.VouchedEndorsers++; out.VouchedEndorsers <= mostVouchers {
				out.VouchedBy = append(out.VouchedBy, name)
			}
		}
		if e.Why == kol.WhyBot || e.Why == kol.WhyNothing {
			out.Nothing++
		}
		if len(out.Endorsements) < mostEndorsements {
			out.Endorsements = append(out.Endorsements, EndorsedBy{name, e.Weight, dayText(e.First), e.Vouched, e.Begins, e.Share, e.Why})
		}
	}
	for _, o := range x.Against[:min(mostEndorsements, len(x.Against))] {
		out.Against = append(out.Against, SpokenAgainst{g.names[o.Actor], o.Weight, dayText(o.First), o.Vouched, o.Counts})
	}
	return out
}

// dayText is a local day as the read model's dates are written.
func dayText(day int32) string {
	return time.UnixMilli(int64(day) * 86_400_000).UTC().Format(time.DateOnly)
}
