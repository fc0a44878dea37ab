package processors

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Every number on a story that a pencil can follow: testdata/scenarios holds them, and README.md there says how they are
// written. Each runs in one and in three partitions, delivered at once and record by record.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, partitions := range []int{1, 3} {
				for _, batch := range []int{1, 1 << 30} {
					s := &scenario{T: t, name: fmt.Sprintf("%d partitions, batches of %d", partitions, batch), batch: batch,
						pipeline: &pipeline{logs: make([][][]byte, partitions)},
						settings: &actionpb.Settings{Community: "a", Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: defaultLateMS}}
					s.play(a)
				}
			}
		})
	}
}

// scenario is one run of one file.
type scenario struct {
	*testing.T
	*pipeline
	name     string
	batch    int
	settings *actionpb.Settings
	epoch    uint32
	sent     []schemas.Action
	got      testkit.Tables // nil where something was appended since the last run
	line     string
}

func (s *scenario) play(a *txtar.Archive) {
	wanted := 0
	for _, f := range a.Files {
		lines := lines(string(f.Data))
		switch section := strings.Fields(f.Name); section[0] {
		case "settings":
			for _, s.line = range lines {
				s.set(strings.Fields(s.line))
			}
			s.broadcast(&actionpb.Control{Settings: s.settings})
		case "actions":
			for _, s.line = range lines {
				s.do(strings.Fields(s.line))
			}
		case "want":
			s.line = f.Name
			s.want(section[1], section[2:], lines)
			wanted++
		default:
			s.Fatalf("unknown section %q: there are settings, actions, want", f.Name)
		}
	}
	if wanted == 0 {
		s.Fatal("wants nothing")
	}
}

// lines returns the lines that say something: what follows a # is for the reader.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (s *scenario) do(words []string) {
	s.got = nil
	switch words[0] {
	case "tick": // of the importer's kind, to every partition
		s.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Time: s.instant(words[1])}})
	case "present": // of the partitions' owners: for every community on the wall clock
		at := s.instant(words[1])
		s.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Time: at, Appended: at}})
	case "set":
		s.set(words[1:])
		s.broadcast(&actionpb.Control{Settings: s.settings})
	case "rebuild":
		s.set(words[1:])
		s.refold()
	default:
		s.act(words)
	}
}

func (s *scenario) act(words []string) {
	if len(words) < 3 {
		s.Fatalf("%q: want time member kind", s.line)
	}
	kind := schemas.KindOf([]byte(words[2]))
	a := schemas.Action{Version: 1, Community: []byte("a"), Member: []byte(words[1]), Kind: kind, Time: s.instant(words[0]),
		ID: fmt.Append(nil, len(s.sent)+1)}
	a.Received = a.Time
	for _, w := range words[3:] {
		key, value, _ := strings.Cut(w, "=")
		if key == "value" {
			a.Value, a.HasValue = s.number(value), true
			continue
		}
		field := map[string]*[]byte{"id": &a.ID, "channel": &a.Channel, "platform": &a.Platform, "properties": &a.Properties,
			"target": &a.Target, "object": &a.Object}[key]
		if field == nil {
			s.Fatalf("%q: unknown %q", s.line, key)
		}
		*field = []byte(value)
	}
	if !kind.Valid() {
		s.Fatalf("%q: unknown kind", s.line)
	}
	if s.send(&a); len(s.sent) == 0 { // as the engine does at a community's first action
		s.broadcast(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Appended: a.Received}})
	}
	s.sent = append(s.sent, a)
}

// set changes settings: zone=… lateness=… clock=… weights=kind:weight,… bots=member,… staff=member,…
func (s *scenario) set(words []string) {
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "zone":
			s.settings.TimeZone = value
		case "lateness":
			d, err := time.ParseDuration(value)
			s.check(err)
			s.settings.LatenessMs = d.Milliseconds()
		case "clock":
			s.settings.Clock = actionpb.Clock(actionpb.Clock_value["CLOCK_"+strings.ToUpper(value)])
		case "weights":
			s.settings.Revision++
			for one := range strings.SplitSeq(value, ",") { // laid over those in force
				name, weight, _ := strings.Cut(one, ":")
				kind := actionpb.Kind(schemas.KindOf([]byte(name)))
				s.settings.Weights = slices.DeleteFunc(s.settings.Weights, func(w *actionpb.Weight) bool { return w.Kind == kind })
				s.settings.Weights = append(s.settings.Weights, &actionpb.Weight{Kind: kind, Weight: s.number(weight)})
			}
		case "bots":
			s.settings.Bots = strings.Split(value, ",")
		case "staff":
			s.settings.Staff = strings.Split(value, ",")
		default:
			s.Fatalf("%q: unknown setting %q", s.line, key)
		}
	}
}

// refold appends what the command rebuild appends: begin, the archive in event-time order, mark, swap.
func (s *scenario) refold() {
	s.epoch++
	step := func(r *actionpb.Rebuild) *actionpb.Control {
		r.Community, r.Epoch = "a", s.epoch
		return &actionpb.Control{Rebuild: r}
	}
	late, seen := map[string]bool{}, map[string]bool{}
	for _, row := range s.rows(schemas.TableActions) {
		late[row["member"]+"/"+row["id"]] = row["late"] == "1"
	}
	sorted := slices.Clone(s.sent)
	slices.SortStableFunc(sorted, func(x, y schemas.Action) int { return cmp.Compare(x.Time, y.Time) })
	s.broadcast(step(&actionpb.Rebuild{Begin: s.settings}))
	for _, a := range sorted {
		name := string(a.Member) + "/" + string(a.ID)
		if seen[name] { // the archive has one row of an action
			continue
		}
		seen[name] = true
		q := s.partition(&a)
		s.logs[q] = append(s.logs[q], control(step(&actionpb.Rebuild{Actions: []*actionpb.Restated{{Action: a.Append(nil), Late: late[name]}}})))
	}
	s.broadcast(step(&actionpb.Rebuild{Mark: true}))
	s.broadcast(step(&actionpb.Rebuild{Swap: true}))
	s.got = nil
}

// rows are those of a table, as a reader sees them.
func (s *scenario) rows(table string) []map[string]string {
	if s.got == nil {
		s.run(nil, func() int { return s.batch }, func(string) bool { return false })
		s.got = s.tables
	}
	stored := []string{table}
	if table == schemas.TableMembers { // a view: of who acted, what both stages say
		stored = []string{schemas.TableMembersActivity, schemas.TableMembersChurn}
	}
	final := s.got.Final()
	var out []map[string]string
	for key := range final {
		name, rest, _ := strings.Cut(key, "|")
		if name != stored[0] {
			continue
		}
		row := map[string]string{}
		for _, part := range stored {
			for _, cell := range strings.Fields(final[part+"|"+rest]) {
				column, value, _ := strings.Cut(cell, "=")
				if _, is := row[column]; !is {
					row[column] = value
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// want compares the rows of a table where its columns have certain values, in the columns of the header.
func (s *scenario) want(table string, where, lines []string) {
	columns := strings.Fields(lines[0])
	var want, got []string
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != len(columns) {
			s.Fatalf("%s: %q has %d cells for %d columns", s.line, line, len(cells), len(columns))
		}
		for i, c := range columns {
			cells[i] = s.written(c, cells[i])
		}
		want = append(want, strings.Join(cells, " "))
	}
	rows := s.rows(table)
	if len(rows) == 0 {
		s.Errorf("%s: %s: there is nothing at all in the table", s.name, s.line)
	}
	for _, row := range rows {
		if !slices.ContainsFunc(where, func(w string) bool {
			column, values, _ := strings.Cut(w, "=")
			return !slices.Contains(strings.Split(values, ","), s.published(row, column))
		}) {
			cells := make([]string, len(columns))
			for i, c := range columns {
				cells[i] = s.published(row, c)
			}
			got = append(got, strings.Join(cells, " "))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		s.Errorf("%s: %s: columns %v\n-by pencil +by the program:\n%s", s.name, s.line, columns, diff)
	}
}
