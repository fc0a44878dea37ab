package app

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/schemas"
)

// mostTies are read for one answer: some 300 MB with what is computed of them.
const mostTies = 2_000_000

// ask says which endorsements of a community are wanted.
type ask struct {
	community string
	channel   string // "": of all
	member    string // who is numbered besides; "": nobody
	published bool   // as of the newest published ranking, where there is one
	most      int    // endorsements
}

// asked is the graph of an ask, made of the archive.
type asked struct {
	ask
	at       int64 // as of when, Unix milliseconds
	until    int32 // the first local day that does not count as active
	born     int32 // the first active day of anyone who is no bot
	calendar *calendar.Calendar
	ties     *kol.Community
	read     int
	names    []string
	who      []kol.Member
	known    []bool // has a row among the members
	numbers  map[string]uint32
}

// readGraph reads who endorsed whom.
func (s *server) readGraph(ctx context.Context, a ask) (*asked, error) {
	c, err := s.verifiable(ctx, a.community)
	if err != nil {
		return nil, err
	}
	cal, err := calendar.New(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the time zone of %s: %w", a.community, err)
	}
	g := &asked{ask: a, calendar: cal, ties: kol.New(), numbers: map[string]uint32{}, at: c.Now + 1, until: math.MaxUint16, born: math.MaxUint16}
	if set, ok := s.settings.registry.Community(a.community); ok {
		g.ties.Use(math.MinInt64, set.Bots, set.Staff)
	}
	if a.member != "" {
		g.number(a.member)
	}
	if a.published {
		if err := g.asPublished(ctx, s); err != nil {
			return nil, err
		}
	}
	if err := g.readTies(ctx, s); err != nil {
		return nil, err
	}
	if err := g.readMembers(ctx, s); err != nil {
		return nil, err
	}
	return g, nil
}

func (g *asked) number(name string) uint32 {
	n, ok := g.numbers[name]
	if !ok {
		n = uint32(len(g.names))
		name = strings.Clone(name)
		g.numbers[name] = n
		g.names, g.who, g.known = append(g.names, name), append(g.who, kol.Member{Since: -1}), append(g.known, false)
	}
	return n
}

// asPublished takes the instant of the newest ranking. Active days count up to the last midnight that is over, as in rankings
// of the day that is not.
func (g *asked) asPublished(ctx context.Context, s *server) error {
	rows, err := s.db.Query(ctx, `SELECT toUnixTimestamp64Milli(max(as_of)), (SELECT max(time - toIntervalMillisecond(lateness_ms)) FROM rollcall.communities FINAL WHERE community = {community:String}) AS passed,
			toUnixTimestamp64Milli(passed)
		FROM rollcall.kols FINAL WHERE community = {community:String} HAVING count() > 0`, map[string]string{"community": g.community})
	if err != nil {
		return fmt.Errorf("reading when %s was ranked: %w", g.community, err)
	}
	for _, row := range rows.Rows {
		g.at, _ = row[0].(int64)
		passed, _ := row[2].(int64)
		g.until = g.calendar.Day(min(g.at, passed))
	}
	return nil
}

const tiesSQL = `SELECT toUnixTimestamp64Milli(time), member, target, toString(kind), ifNull(value, 1), if(object = '', 0, greatest(1, xxh3(object)))
	FROM rollcall.actions FINAL
	WHERE community = {community:String} AND late = 0 AND target != '' AND target != member AND toUnixTimestamp64Milli(time) < {at:Int64}
		AND kind IN ('comment', 'answer', 'react', 'share', 'mention', 'follow', 'message', 'vote', 'downvote')
		AND ({channel:String} = '' OR channel = {channel:String})
	LIMIT {limit:UInt64}`

func (g *asked) readTies(ctx context.Context, s *server) error {
	err := s.db.Each(ctx, tiesSQL, map[string]string{"community": g.community, "channel": g.channel, "at": strconv.FormatInt(g.at, 10), "limit": strconv.Itoa(g.most + 1)},
		func(scan func(to ...any) error) error {
			var member, target, kind string
			var value float64
			var t kol.Tie
			if err := scan(&t.Time, &member, &target, &kind, &value, &t.Object); err != nil {
				return err
			}
			if g.read++; g.read > g.most {
				return g.tooMany()
			}
			known := schemas.KindOf([]byte(kind))
			var ok bool
			if t.Weight, ok = kol.Weight(known, value); !ok {
				t.Weight, t.Against = kol.Doubt(known, value)
			}
			if t.Weight > 0 {
				t.Actor, t.Target = g.number(member), g.number(target)
				g.ties.Tie(t)
			}
			return nil
		})
	if err != nil {
		return fmt.Errorf("reading who endorsed whom in %s: %w", g.community, err)
	}
	return nil
}

// tooMany says how to come by an answer all the same.
func (g *asked) tooMany() error {
	if g.channel != "" {
		return problem.New(http.StatusUnprocessableEntity, "channel %s has more than %s endorsements, more than are ranked on demand: take the published ranking of all of %s, GET /api/kols without channel",
			g.channel, grouped(uint64(g.most)), g.community)
	}
	return problem.New(http.StatusUnprocessableEntity, "%s has more than %s endorsements, more than are explained on demand; who endorsed %s, `rollcall query` tells: "+
		"SELECT member, count() FROM rollcall.actions FINAL WHERE community = %s AND target = %s GROUP BY member ORDER BY 2 DESC",
		g.community, grouped(uint64(g.most)), g.member, quoted(g.community), quoted(g.member))
}

// readMembers reads what ranking takes of members: since when they are active, on how many days, and who is a bot.
func (g *asked) readMembers(ctx context.Context, s *server) error {
	params := map[string]string{"community": g.community, "until": strconv.Itoa(int(g.until))}
	err := s.db.Each(ctx, "SELECT member, toUnixTimestamp64Milli(first_seen), active_days, is_bot FROM rollcall.members_activity FINAL WHERE community = {community:String}", params,
		func(scan func(to ...any) error) error {
			var name string
			var first int64
			var days uint32
			var bot uint8
			if err := scan(&name, &first, &days, &bot); err != nil {
				return err
			}
			since := g.calendar.Day(first)
			if days > 0 && bot == 0 {
				g.born = min(g.born, since)
			}
			m, ok := g.numbers[name]
			if !ok {
				return nil
			}
			g.known[m] = true
			if days > 0 && since < g.until {
				g.who[m] = kol.Member{Since: since, ActiveDays: days}
			}
			if bot == 1 {
				g.ties.Bot(m, math.MinInt64)
			}
			return nil
		})
	if err != nil || g.until == math.MaxUint16 {
		return wrapped(err, "reading the members of %s", g.community)
	}
	err = s.db.Each(ctx, "SELECT member, toUInt32(count()) FROM rollcall.member_days FINAL WHERE community = {community:String} AND day >= toDate({until:UInt16}) GROUP BY member", params,
		func(scan func(to ...any) error) error {
			var name string
			var days uint32
			if err := scan(&name, &days); err != nil {
				return err
			}
			if m, ok := g.numbers[name]; ok {
				g.who[m].ActiveDays -= min(days, g.who[m].ActiveDays)
			}
			return nil
		})
	return wrapped(err, "reading the newest days of the members of %s", g.community)
}

// place is the community as its ranking sees it.
func (g *asked) place(ctx context.Context) *kol.Place {
	p := &kol.Place{Label: g.community, Now: g.at, Calendar: g.calendar,
		Name:    func(m uint32) string { return g.names[m] },
		Member:  func(m uint32) kol.Member { return g.who[m] },
		Channel: func(uint32) string { return "" },
		Over:    func() bool { return ctx.Err() != nil }}
	if g.channel != "" { // who founded a channel is no founder of the community
		p.Born = g.born
	}
	return p
}

// wrapped says what was being done, where something failed.
func wrapped(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
