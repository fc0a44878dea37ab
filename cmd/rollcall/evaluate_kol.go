package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type evaluateKOLCmd struct {
	target    `embed:""`
	Community string   `help:"Community whose leaders are meant." required:"" placeholder:"C"`
	Truth     string   `help:"What members are worth, from elsewhere: CSV, TSV or NDJSON of member and value; .gz and .zst are read." placeholder:"FILE"`
	Attack    []string `help:"Plant fakes in a copy and say where they land; they are listed above. all is all of them." placeholder:"NAME"`
}

func (evaluateKOLCmd) Example() string {
	return "rollcall evaluate kol --community demo --truth upvotes.csv\n  rollcall evaluate kol --community demo --attack ring,patient"
}

// Help says what a flag's line cannot.
func (evaluateKOLCmd) Help() string {
	return "Against a truth: how alike both orders are (Spearman's and Kendall's coefficients, 1 is the same order), and how many of the first 10, 20 and 50 are among the truth's first. " +
		"Who is worth as much as the truth's 10th belongs to its first 10. Members whom nobody endorsed come last; who neither endorsed nor was endorsed is left out. Beside the two boards stand what anybody could compute.\n\n" +
		"An attack happens in a copy; log and tables are only read. Of the fakes and their target: their places, how many of the honest first 50 stay among the first 50, and where walks restart (docs/metrics/kol.md).\n\n" + app.AttackHelp()
}

func (e *evaluateKOLCmd) Run(ctx context.Context, out printer) error {
	c, err := e.connect()
	if err != nil {
		return err
	}
	r, err := c.EvaluateKOL(ctx, e.Community, e.Truth, e.Attack)
	if err != nil {
		return err
	}
	return out.print(r, func(w io.Writer) { printKOLReport(w, r) })
}

func printKOLReport(w io.Writer, r *app.KOLReport) {
	if r.Report != nil {
		fmt.Fprintln(w, "\tSPEARMAN\tKENDALL\tTOP 10\tTOP 20\tTOP 50")
		alike := false
		for _, s := range r.Contenders {
			alike = alike || math.IsNaN(float64(s.Spearman))
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\n", s.Name, coefficient(float64(s.Spearman)), coefficient(float64(s.Kendall)), s.Top10, s.Top20, s.Top50)
		}
		fmt.Fprintf(w, "%d members; %d of the truth are not in the graph; %d of its lines have no value; walks restart: %s\n", r.Members, r.Elsewhere, r.Missing, r.Restart)
		if alike {
			fmt.Fprintln(w, "-: where all are equal there is no order to compare")
		}
	}
	if len(r.Attacks) == 0 {
		return
	}
	if r.Report != nil {
		fmt.Fprintln(w)
	}
	place := func(n int) string {
		if n == 0 {
			return "-"
		}
		return fmt.Sprint(n)
	}
	fmt.Fprintln(w, "ATTACK\tRANKING\tTARGET\tBEST FAKE\tOF\tHONEST KEPT\tRESTARTS AT FAKES")
	for _, a := range r.Attacks {
		for _, l := range a.Contenders {
			mass := "-"
			if l.Restart != nil {
				mass = fmt.Sprintf("%.2f %%", *l.Restart*100)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d of %d\t%s\n", a.Attack, l.Name, place(l.Target), place(l.Fake), l.Ranked, l.Kept, l.Of, mass)
		}
	}
}

// coefficient is - where there is none.
func coefficient(n float64) string {
	if math.IsNaN(n) {
		return "-"
	}
	return fmt.Sprintf("%.3f", n)
}
