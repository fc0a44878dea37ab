package clickhouse

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

// columns is a set of rows of any table.
type columns struct {
	table string
	n     int
	c     []schemas.Column
}

func (c columns) Table() string             { return c.table }
func (c columns) Len() int                  { return c.n }
func (c columns) Columns() []schemas.Column { return c.c }
func (c columns) Reset()                    {}

// said is what a writer says of a member at a version: of one writer, a version says one thing only.
type said struct {
	community, member string
	version           uint64
}

func activityOf(rows ...said) schemas.Rows {
	out := &schemas.MemberRows{}
	for _, r := range rows {
		out.Community, out.Member, out.Version = append(out.Community, r.community), append(out.Member, r.member), append(out.Version, r.version)
		out.FirstSeen, out.LastSeen = append(out.FirstSeen, 1000), append(out.LastSeen, 2000)
		out.Actions, out.ActiveDays, out.Contributions = append(out.Actions, r.version), append(out.ActiveDays, 2), append(out.Contributions, 3)
		out.Engagement, out.TopChannel, out.Bot = append(out.Engagement, 1.5), append(out.TopChannel, "法语"), append(out.Bot, 1)
		out.Definition = append(out.Definition, 1)
	}
	return out
}

// churnOf has a p_alive that is NULL, and a risk that is not a number where the version is odd.
func churnOf(rows ...said) schemas.Rows {
	var communities, members, states, reasons []string
	var since []int64
	var alive, risk []*float64
	var versions []uint64
	var definitions []uint32
	for _, r := range rows {
		at := float64(r.version%1000) / 1000
		if r.version%2 == 1 {
			at -= at
			at /= at // not a number
		}
		communities, members, states = append(communities, r.community), append(members, r.member), append(states, fmt.Sprint("s", r.version))
		since, alive, risk = append(since, int64(r.version%1000)), append(alive, nil), append(risk, &at)
		reasons, versions, definitions = append(reasons, "[]"), append(versions, r.version), append(definitions, 7)
	}
	return columns{schemas.TableMembersChurn, len(rows), []schemas.Column{{Name: "community", Values: communities}, {Name: "member", Values: members},
		{Name: "state", Values: states}, {Name: "state_since", Values: since}, {Name: "p_alive", Values: alive}, {Name: "risk", Values: risk},
		{Name: "reasons", Values: reasons}, {Name: "version", Values: versions}, {Name: "definition", Values: definitions}}}
}

// kolOf has no rank where the version is odd.
func kolOf(rows ...said) schemas.Rows {
	out := &schemas.MemberKOLRows{}
	for _, r := range rows {
		out.Community, out.Member, out.Version = append(out.Community, r.community), append(out.Member, r.member), append(out.Version, r.version)
		out.Rank, out.Definition = append(out.Rank, rankOf(r.version)), append(out.Definition, 8)
	}
	return out
}

func rankOf(version uint64) uint32 { return uint32(version%1000) * uint32(1-version%2) } //nolint:gosec // small

// membersAre compares rollcall.members with what the newest rows of the three writers are.
func membersAre(t *testing.T, db *DB, activity, churn, kol map[string]uint64) {
	t.Helper()
	want := [][]any{}
	for _, key := range slices.Sorted(maps.Keys(activity)) {
		a, c, k := activity[key], churn[key], kol[key]
		community, member, _ := strings.Cut(key, "|")
		state, since, risk, reasons, definition := "", any(nil), any(nil), "", uint32(0)
		if c > 0 {
			state, since, reasons, definition = fmt.Sprint("s", c), int64(c%1000), "[]", 7
			if c%2 == 0 {
				risk = float64(c%1000) / 1000
			}
		}
		rank, kolDefinition := any(nil), uint32(0)
		if k > 0 {
			kolDefinition = 8
			if r := rankOf(k); r > 0 {
				rank = r
			}
		}
		want = append(want, []any{community, member, int64(1000), int64(2000), a, uint32(2), uint64(3), 1.5, "法语", uint8(1),
			state, since, nil, risk, reasons, rank, max(a, c, k), uint32(1), definition, kolDefinition})
	}
	for _, settings := range []string{"", " SETTINGS join_use_nulls = 1, join_algorithm = 'hash'"} { // whatever the reader has set
		got, err := db.Query(t.Context(), `SELECT * REPLACE (toUnixTimestamp64Milli(first_seen) AS first_seen, toUnixTimestamp64Milli(last_seen) AS last_seen,
			toUnixTimestamp64Milli(state_since) AS state_since) FROM rollcall.members FINAL ORDER BY concat(community, '|', member)`+settings, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Fatalf("%s -want +got:\n%s", settings, diff)
		}
	}
}

// Three writers write in any order, again, and with an old process that comes back with what it knew: of each the newest
// version is what there is, and of a member of whom one has not written yet, its columns are empty.
func TestMembersHaveThreeWriters(t *testing.T) {
	overAll(t, func(t *testing.T, db *DB) {
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		sink := NewSink(db, nil)
		defer sink.Close()
		rng := rand.New(rand.NewPCG(3, 9)) //nolint:gosec // the same cases each time
		activity, churn, kol := map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
		for range 6 {
			var rows [3][]said
			for range 150 { // of many communities at once, for an insert takes a while
				row := said{fmt.Sprint("c", rng.IntN(12)), fmt.Sprint("m", rng.IntN(9)), 1 + rng.Uint64N(40)}
				writer := rng.IntN(3)
				rows[writer] = append(rows[writer], row)
				newest := []map[string]uint64{activity, churn, kol}[writer]
				key := row.community + "|" + row.member
				newest[key] = max(newest[key], row.version)
			}
			if err := sink.Write(t.Context(), []schemas.Rows{activityOf(rows[0]...), churnOf(rows[1]...), kolOf(rows[2]...)}); err != nil {
				t.Fatal(err)
			}
			membersAre(t, db, activity, churn, kol)
		}
		for _, table := range []string{schemas.TableMembersActivity, schemas.TableMembersChurn, schemas.TableMembersKOL} { // merged or not
			if err := db.Exec(t.Context(), "OPTIMIZE TABLE "+db.stored(table)+" FINAL"); err != nil {
				t.Fatal(err)
			}
		}
		membersAre(t, db, activity, churn, kol)
	})
}

// A rebuild takes along what each writer says and drops what each said in earlier epochs, also of a member of whom the
// other has not written anew.
func TestMoveOfMembers(t *testing.T) {
	overAll(t, func(t *testing.T, db *DB) {
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		sink := NewSink(db, nil)
		defer sink.Close()
		v := schemas.RowVersion
		err := sink.Write(t.Context(), []schemas.Rows{
			activityOf(said{"c", "both", v(0, 8)}, said{"c", "gone", v(0, 8)}, said{"c", "waits", v(0, 8)}, said{"c", "live", v(0, 8)},
				said{"c@1", "both", v(1, 4)}, said{"c@1", "waits", v(1, 4)}, said{"c@1", "new", v(1, 4)}, said{"c", "live", v(1, 9)}, said{"d", "other", 5}),
			churnOf(said{"c", "both", v(0, 6)}, said{"c", "gone", v(0, 6)}, said{"c", "waits", v(0, 6)}, said{"c", "live", v(0, 6)},
				said{"c@1", "both", v(1, 2)}, said{"c@1", "live", v(1, 2)}, said{"d", "other", 4}),
			kolOf(said{"c", "both", v(0, 8)}, said{"c", "waits", v(0, 8)}, said{"c@1", "both", v(1, 6)}, said{"d", "other", 2}),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{schemas.TableMembersActivity, schemas.TableMembersChurn, schemas.TableMembersKOL} {
			if err := db.Exec(t.Context(), "OPTIMIZE TABLE "+db.stored(table)+" FINAL"); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := sink.Move(t.Context(), schemas.Move{Community: "c", Epoch: 1}); err != nil {
				t.Fatal(err)
			}
			membersAre(t, db, map[string]uint64{"c|both": v(1, 4), "c|waits": v(1, 4), "c|new": v(1, 4), "c|live": v(1, 9), "d|other": 5},
				map[string]uint64{"c|both": v(1, 2), "c|live": v(1, 2), "d|other": 4}, map[string]uint64{"c|both": v(1, 6), "d|other": 2})
		}
	})
}

// What was written before members had two writers is there after the migration, also where it was cut off anywhere.
func TestMembersOfBeforeAreKept(t *testing.T) {
	overAll(t, func(t *testing.T, db *DB) {
		all, err := migrations()
		if err != nil {
			t.Fatal(err)
		}
		for _, sql := range db.memory() {
			if err := db.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range all[:2] {
			if err := db.apply(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Exec(t.Context(), "INSERT INTO rollcall.members (community, member, first_seen, last_seen, actions, active_days, contributions, "+
			"engagement, top_channel, is_bot, version, definition) VALUES ('c', 'ada', 1000, 2000, 5, 2, 3, 1.5, '法语', 1, 5, 1), ('c', 'bo', 1000, 2000, 3, 2, 3, 1.5, '法语', 1, 3, 1)"); err != nil {
			t.Fatal(err)
		}
		for n := range all[2].statements { // cut off after each
			if err := db.apply(t.Context(), migration{version: 2, statements: all[2].statements[:n]}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		membersAre(t, db, map[string]uint64{"c|ada": 5, "c|bo": 3}, nil, nil)
		sink := NewSink(db, nil)
		defer sink.Close()
		if err := sink.Write(t.Context(), []schemas.Rows{activityOf(said{"c", "ada", 9}, said{"c", "bo", 2}), churnOf(said{"c", "ada", 4}), kolOf(said{"c", "ada", 6})}); err != nil {
			t.Fatal(err)
		}
		membersAre(t, db, map[string]uint64{"c|ada": 9, "c|bo": 3}, map[string]uint64{"c|ada": 4}, map[string]uint64{"c|ada": 6})
	})
}
