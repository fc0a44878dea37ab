package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Query runs one statement with bound parameters ({name:Type}) and returns its rows.
type Query func(ctx context.Context, sql string, params map[string]string) ([][]any, error)

// Community is what the definitions depend on besides the actions.
type Community struct {
	Name     string
	TimeZone string             // IANA name; empty is UTC
	Weights  map[string]float64 // of the engagement score, by kind; one that is not here has its default
	Bots     []string           // members who are bots whatever they say of themselves
	Now      int64              // stream time, Unix milliseconds
}

// few is up to how many actions the memory of any query is no matter.
const few = 200_000

// defaultWeights are those of metrics.md; every other kind weighs nothing.
var defaultWeights = map[string]float64{
	"view": 0.1, "visit": 0.2, "react": 1, "vote": 1, "follow": 1, "share": 3, "mention": 1, "message": 1, "comment": 3,
	"answer": 5, "post": 5, "register": 2, "attend": 5, "invite": 5, "feedback": 4, "survey": 2, "purchase": 8,
}

func (c Community) params() (map[string]string, error) {
	weights := maps.Clone(defaultWeights)
	maps.Copy(weights, c.Weights)
	w, err := json.Marshal(weights)
	if err != nil {
		return nil, fmt.Errorf("encoding the weights: %w", err)
	}
	b, err := json.Marshal(slices.Concat([]string{}, c.Bots)) // never null
	if err != nil {
		return nil, fmt.Errorf("encoding the bots: %w", err)
	}
	zone := c.TimeZone
	if zone == "" {
		zone = "UTC"
	}
	return map[string]string{"community": c.Name, "zone": zone, "now": strconv.FormatInt(c.Now, 10), "weights": string(w), "bots": string(b)}, nil
}

// Run compares every published table of a community with its definition. It is not a snapshot: where actions come in
// meanwhile, compare the reports of two runs ([Report.Still]).
func Run(ctx context.Context, q Query, c Community) (Report, error) {
	rows, err := q(ctx, "SELECT count() FROM rollcall.actions WHERE community = {community:String}", map[string]string{"community": c.Name})
	if err != nil {
		return Report{}, fmt.Errorf("counting the actions: %w", err)
	}
	if number(rows[0][0]) <= few {
		return run(ctx, q, c, together(tables))
	}
	return run(ctx, q, c, tables)
}

func run(ctx context.Context, q Query, c Community, of []table) (Report, error) {
	params, err := c.params()
	if err != nil {
		return Report{}, err
	}
	r := Report{Community: c.Name, TimeZone: params["zone"], Time: c.Now}
	for _, t := range of {
		found, differ := Table{Table: t.name}, uint64(0)
		for _, p := range t.parts {
			maps.Copy(params, p.params)
			n, err := t.compare(ctx, q, p, params, &found)
			if err != nil {
				return Report{}, fmt.Errorf("comparing %s%s: %w", t.name, p, err)
			}
			differ += n
		}
		found.count()
		found.Different = differ
		r.Tables = append(r.Tables, found)
	}
	return r, nil
}

// compare adds the rows of one part to found and returns how many differ.
func (t table) compare(ctx context.Context, q Query, p part, params map[string]string, found *Table) (uint64, error) {
	pairs := t.pairs(p)
	used := map[string]string{}
	for name, value := range params {
		if strings.Contains(pairs, "{"+name+":") {
			used[name] = value
		}
	}
	rows, err := q(ctx, "SELECT count(), countIf(NOT same) FROM ("+pairs+")"+limits, used)
	if err != nil {
		return 0, err
	}
	all, differ := number(rows[0][0]), number(rows[0][1])
	found.Rows += all
	if differ == 0 {
		return 0, nil
	}
	rows, err = q(ctx, "SELECT * FROM ("+pairs+") WHERE NOT same ORDER BY "+t.keyNames()+" LIMIT "+strconv.Itoa(listed)+limits, used)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		found.rows = append(found.rows, t.read(row))
	}
	if len(rows) < listed {
		differ = uint64(len(rows)) // of a table that moved between the two
	}
	return differ, nil
}

func number(v any) uint64 {
	n, _ := v.(uint64)
	return n
}
