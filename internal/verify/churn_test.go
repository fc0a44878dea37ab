package verify

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn"
	"github.com/rollcall-dev/rollcall/schemas"
)

// deed is an action, as far as churn asks.
type deed struct {
	member int
	kind   string
	time   int64
}

// fold writes the actions and what the fold of churn makes of them, without the stages around it.
func (s store) fold(c Community, lateness int64, deeds []deed) {
	s.t.Helper()
	cal, err := calendar.New(c.TimeZone)
	if err != nil {
		s.t.Fatal(err)
	}
	name := func(m uint32) string { return fmt.Sprint("m", m) }
	fold, rows, actions := churn.New(), new(churn.Rows), new(schemas.ActionRows)
	for i, d := range deeds {
		kind := schemas.KindOf([]byte(d.kind))
		fold.Begin(cal.Day(d.time))
		switch {
		case d.kind == "leave":
			fold.Leave(uint32(d.member), d.time)
		case kind.Active():
			fold.Active(uint32(d.member), d.time)
		}
		actions.Community.AppendString(c.Name)
		actions.ID.AppendString(strconv.Itoa(i))
		actions.Member.AppendString(name(uint32(d.member)))
		actions.Kind.AppendString(d.kind)
		for _, t := range []*schemas.Text{&actions.Name, &actions.Target, &actions.Object, &actions.Channel, &actions.Platform,
			&actions.Campaign, &actions.Properties, &actions.Source} {
			t.AppendString("")
		}
		actions.Time = append(actions.Time, d.time)
		actions.Received = append(actions.Received, d.time)
		actions.Value.Append(0, false)
		actions.Late = append(actions.Late, 0)
		actions.Restated = append(actions.Restated, 0)
		actions.Version = append(actions.Version, uint64(i))
	}
	fold.Publish(churn.Place{Label: c.Name, Now: c.Now, Lateness: lateness, Calendar: cal, Name: name, Version: 1}, rows)
	sink := clickhouse.NewSink(s.db, nil)
	defer sink.Close()
	if err := sink.Write(s.t.Context(), []schemas.Rows{actions, &rows.Members, &rows.Transitions, &rows.Days, &rows.Models}); err != nil {
		s.t.Fatal(err)
	}
}

var churnTables = []string{"members_churn", "churn_transitions", "churn_days"}

func (s store) runChurn(c Community) Report {
	var of []table
	for _, n := range churnTables {
		of = append(of, named(n))
	}
	return s.run(c, of...)
}

// Communities of every habit, in many zones, some of whose members leave and come back: what the fold says is what SQL
// makes of the actions.
func TestChurnOfRandomCommunities(t *testing.T) {
	s := open(t)
	const hour, day = 3_600_000, 86_400_000
	zones := []string{"", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"}
	for i, zone := range zones {
		random := rand.New(rand.NewPCG(7, uint64(i)))
		from := []int64{1_320_000_000_000, 1_540_600_000_000, 1_700_000_000_000}[i%3]
		c := Community{Name: fmt.Sprint("random", i), TimeZone: zone}
		var deeds []deed
		for m := range 60 {
			at, gap := from+random.Int64N(100*day), random.Int64N(12*day)+hour
			for at < from+300*day {
				kind := []string{"post", "post", "view", "message", "reward", "violation", "leave"}[random.IntN(7)]
				if kind == "leave" && random.IntN(3) > 0 {
					kind = "visit"
				}
				deeds = append(deeds, deed{m, kind, at})
				if random.IntN(6) == 0 { // more at the same instant, or at a midnight
					deeds = append(deeds, deed{m, []string{"post", "leave"}[random.IntN(2)], at})
				}
				at += random.Int64N(2 * gap)
				if random.IntN(20) == 0 {
					at += 50 * day
				}
				if random.IntN(10) == 0 {
					at -= at % hour
				}
			}
		}
		for _, d := range deeds {
			c.Now = max(c.Now, d.time)
		}
		c.Now -= random.Int64N(20 * day)
		c.Now -= c.Now % 60_000
		s.fold(c, hour, deeds)
		if r := s.runChurn(c); r.Different() > 0 || r.Rows() < 1000 {
			t.Errorf("%s: of %d rows are different:\n%s", zone, r.Rows(), strings.Join(found(r), "\n"))
		}
	}
}

// 5,881 members over more than five years.
func TestChurnOfBitcoinOTC(t *testing.T) {
	testkit.Alone(t)
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "bitcoin-otc", "soc-sign-bitcoinotc.csv.gz"))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	c := Community{Name: "otc", TimeZone: "America/New_York"}
	var deeds []deed
	numbers := map[string]int{}
	for lines := bufio.NewScanner(z); lines.Scan(); {
		fields := strings.Split(lines.Text(), ",")
		seconds, err := strconv.ParseFloat(fields[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		n, ok := numbers[fields[0]]
		if !ok {
			n = len(numbers)
			numbers[fields[0]] = n
		}
		deeds = append(deeds, deed{n, "vote", int64(seconds * 1000)})
		c.Now = max(c.Now, int64(seconds*1000))
	}
	c.Now += 60_000 - c.Now%60_000
	s := open(t)
	s.fold(c, 3_600_000, deeds)
	if r := s.runChurn(c); r.Different() > 0 || r.Rows() < 10_000 {
		t.Errorf("of %d rows are different:\n%s", r.Rows(), strings.Join(found(r), "\n"))
	}
}
