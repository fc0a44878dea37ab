package kol

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Landing is where fakes land with each contender.
type Landing struct {
	Attack     string   `json:"attack"`
	Fakes      int      `json:"fakes"` // the target left out
	Actions    int      `json:"actions"`
	Contenders []Landed `json:"contenders"`
}

// Landed is where they land with one. Places count from 1; 0 is not ranked.
type Landed struct {
	Name    string   `json:"name"`
	Ranked  int      `json:"ranked"`
	Honest  int      `json:"honest_ranked"` // of these, who is neither a fake nor the target
	Target  int      `json:"target"`
	Fake    int      `json:"best_fake"`
	Kept    int      `json:"kept"` // of the honest first, how many are among the first as before
	Of      int      `json:"of"`   // 50, or all where there are fewer
	Restart *float64 `json:"restart_mass,omitempty"`
}

// honest is how many of the first should stay.
const honest = 50

// Attacks are the names of those there are, and what they do.
func Attacks() []string {
	names := make([]string, len(attacks))
	for i, a := range attacks {
		names[i] = a.name
	}
	return names
}

// AttackHelp tells of each attack.
func AttackHelp() string {
	var b strings.Builder
	for _, a := range attacks {
		fmt.Fprintf(&b, "  %-13s %s\n", a.name, a.help)
	}
	return b.String()
}

// Attack plants each of the named attacks in a copy of its own.
func (c *Community) Attack(names ...string) ([]Landing, error) {
	clean := c.contenders()
	if len(clean[0].order) == 0 {
		return nil, errors.New("there is nobody whose place an attack could take: nobody was endorsed")
	}
	var out []Landing
	for _, name := range names {
		i := slices.IndexFunc(attacks, func(a attack) bool { return a.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no attack %q; there are %s", name, strings.Join(Attacks(), ", "))
		}
		p := newPlanter(c)
		attacks[i].plant(p)
		l := Landing{Attack: name, Fakes: len(p.fakes), Actions: len(p.actions)}
		for k, after := range c.with(p.names, p.actions).contenders() {
			l.Contenders = append(l.Contenders, p.landed(clean[k], after))
		}
		out = append(out, l)
	}
	return out, nil
}

// contenders are the product's boards and what the attacks are made for.
func (c *Community) contenders() []ranking {
	ours := c.ours()
	return append(ours[:], c.raw(c.pairs()))
}

func (p *planter) landed(before, after ranking) Landed {
	n := uint32(len(p.c.names)) // from there on all are planted
	l := Landed{Name: after.name, Ranked: len(after.order), Of: min(honest, len(before.order))}
	stay := map[uint32]bool{}
	for i, m := range after.order {
		switch {
		case m < n:
			l.Honest++
		case m == p.target:
			l.Target = i + 1
		case l.Fake == 0:
			l.Fake = i + 1
		}
		if i < honest {
			stay[m] = true
		}
	}
	for _, m := range before.order[:l.Of] {
		if stay[m] {
			l.Kept++
		}
	}
	if after.restart != nil {
		mass := 0.0
		for _, r := range after.restart[n:] {
			mass += r
		}
		l.Restart = &mass
	}
	return l
}
