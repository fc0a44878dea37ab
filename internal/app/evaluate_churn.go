package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/internal/evaluate/churn"
	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

// EvaluateChurn walks through a community's history with the churn model, and scores what it would have said.
func (c *Client) EvaluateChurn(ctx context.Context, community string) (churn.Picture, error) {
	p := churn.Picture{Community: community}
	all, err := c.Communities(ctx)
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(all, func(one Community) bool { return one.Community == community })
	if i < 0 {
		return p, fmt.Errorf("there is no community %q: `rollcall community list` shows which there are", community)
	}
	set, err := c.activeDays(ctx, community, all[i].TimeZone)
	if err != nil {
		return p, err
	}
	first, last, _ := set.Range()
	said := churn.After(churn.Predict(&set, risk.NewModel()), first+risk.Recent)
	if len(said) == 0 {
		return p, fmt.Errorf("%s has %d days of history: %d are needed, and a Monday, before what was said of anybody can have come true",
			community, last-first+1, risk.Recent+risk.Horizon)
	}
	p.Report = churn.Measure(said)
	return p, nil
}

// activeDays reads the days of every member with an action that makes active. The table member_days counts those that make
// nobody active as well.
func (c *Client) activeDays(ctx context.Context, community, zone string) (walk.Set, error) {
	sql := fmt.Sprintf(`SELECT member, groupUniqArray(greatest(toInt32(toDate32(time, %s)), 0)) FROM rollcall.actions
WHERE community = %s AND late = 0 AND kind NOT IN ('leave', 'reward', 'violation') GROUP BY member ORDER BY member`, quoted(zone), quoted(community))
	var rows bytes.Buffer
	set := walk.Set{Name: community}
	if err := c.Query(ctx, sql, "JSONCompactEachRow", &rows); err != nil {
		return set, fmt.Errorf("reading the active days of %s: %w", community, err)
	}
	in := json.NewDecoder(&rows)
	for {
		var member string
		var days []int32
		err := in.Decode(&[]any{&member, &days})
		if errors.Is(err, io.EOF) {
			return set, nil
		}
		if err != nil {
			return set, fmt.Errorf("reading the active days of %s: %w", community, err)
		}
		set.Add(member, days)
	}
}

// quoted is a text as SQL writes it.
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
