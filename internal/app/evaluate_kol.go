package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/internal/evaluate/kol"
	"github.com/rollcall-dev/rollcall/schemas"
)

// KOLReport is the answer of EvaluateKOL. Without a truth the first part is left out, without attacks the second.
type KOLReport struct {
	Community string `json:"community"`
	*kol.Report
	Attacks []kol.Landing `json:"attacks,omitempty"`
}

// AttackHelp says what attacks there are.
func AttackHelp() string { return kol.AttackHelp() }

// EvaluateKOL ranks the members of a community by all that happened there, compares the ranking with a file of what members
// are worth, and plants attacks in a copy. The instance is only read.
func (c *Client) EvaluateKOL(ctx context.Context, community, file string, attacks []string) (*KOLReport, error) {
	if file == "" && len(attacks) == 0 {
		return nil, Usagef("give --truth, a file to compare with, or --attack, or both")
	}
	if slices.Contains(attacks, "all") {
		attacks = kol.Attacks()
	}
	for _, a := range attacks {
		if !slices.Contains(kol.Attacks(), a) {
			return nil, Usagef("--attack %s: there are %s, and all", a, strings.Join(kol.Attacks(), ", "))
		}
	}
	var truth kol.Truth
	if file != "" {
		var err error
		if truth, err = readWorth(file); err != nil {
			return nil, err
		}
	}
	all, err := c.Communities(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(one Community) bool { return one.Community == community })
	if i < 0 {
		return nil, fmt.Errorf("there is no community %q: `rollcall community list` shows which there are", community)
	}
	past, err := c.past(ctx, all[i])
	if err != nil {
		return nil, fmt.Errorf("reading what happened in %s: %w", community, err)
	}
	out := &KOLReport{Community: community}
	if file != "" {
		r, err := past.Measure(truth)
		if err != nil {
			return nil, fmt.Errorf("comparing %s with %s: %w", community, file, err)
		}
		out.Report = &r
	}
	if len(attacks) > 0 {
		if out.Attacks, err = past.Attack(attacks...); err != nil {
			return nil, fmt.Errorf("attacking a copy of %s: %w", community, err)
		}
	}
	return out, nil
}

func readWorth(file string) (kol.Truth, error) {
	f, err := lines.Open(file)
	if err != nil {
		return kol.Truth{}, fmt.Errorf("reading the truth: %w", err)
	}
	defer f.Close()
	truth, err := kol.ReadTruth(f)
	if err != nil {
		return kol.Truth{}, fmt.Errorf("reading the truth: %s: %w", file, err)
	}
	return truth, nil
}

// past reads all that happened in a community and counts.
func (c *Client) past(ctx context.Context, of Community) (*kol.Community, error) {
	past, err := kol.New(of.TimeZone, of.Bots, of.Staff)
	if err != nil {
		return nil, err
	}
	sql := fmt.Sprintf(`SELECT toUnixTimestamp64Milli(time), member, target, toString(kind), ifNull(value, 1), properties != '' AND JSONExtractRaw(properties, 'is_bot') = 'true'
FROM rollcall.actions FINAL WHERE community = %s AND late = 0 ORDER BY time, id, member SETTINGS output_format_json_quote_64bit_integers = 0`, quoted(of.Community))
	rows, answer := io.Pipe()
	defer rows.Close()
	go func() { answer.CloseWithError(c.Query(ctx, sql, "JSONCompactEachRow", answer)) }()
	for in := json.NewDecoder(rows); ; {
		var a kol.Action
		var member, target, kind string
		var bot uint8
		err := in.Decode(&[]any{&a.Time, &member, &target, &kind, &a.Value, &bot})
		if errors.Is(err, io.EOF) {
			return past, nil
		}
		if err != nil {
			return nil, err
		}
		a.Member, a.Target, a.Kind = past.Number(member), kol.Nobody, schemas.KindOf([]byte(kind))
		if target != "" {
			a.Target = past.Number(target)
		}
		past.Add(a)
		if bot == 1 {
			past.Bot(a.Member)
		}
	}
}
