package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type importCmd struct {
	target    `embed:""`
	Files     []string          `arg:"" help:"Files, - for standard input, or a folder of a Stack Exchange dump; .gz and .zst are read."`
	Community string            `help:"Community of lines that name none; a line that names another is rejected." placeholder:"C"`
	Format    string            `help:"What the files hold: ${enum}; by their names if not given, and NDJSON by its first line." enum:",ndjson,csv,tsv,snap,stackexchange" default:"" placeholder:"FORMAT"`
	Map       map[string]string `help:"Which column is which field, by number or by the header's name: time=3,member=1." mapsep:"," placeholder:"FIELD=COLUMN"`
	Header    bool              `help:"csv and tsv: the first line is a header although --map gives numbers."`
	Kind      string            `help:"Kind of lines that name none." placeholder:"KIND"`
	Clock     string            `help:"What moves the time of the community, or of those that the lines name: data for history, wall for the present (the default of a new community)." enum:",data,wall" default:"" placeholder:"data|wall"`
	Strict    bool              `help:"Fail when a line was rejected."`
	TempDir   string            `help:"Where sorting puts what does not fit memory." placeholder:"DIR"`
}

func (importCmd) Example() string {
	return "rollcall import CollegeMsg.txt.gz --community college --format snap --clock data"
}

func (i *importCmd) Run(ctx context.Context, out printer) error {
	c, err := i.connect()
	if err != nil {
		return err
	}
	sum, err := c.Import(ctx, app.ImportOptions{Files: i.Files, Stdin: os.Stdin, Format: i.Format, Community: i.Community, Map: i.Map,
		Header: i.Header, Kind: i.Kind, Clock: i.Clock, TempDir: i.TempDir, Progress: app.ProgressBar(os.Stderr)})
	if sum != nil && !app.IsUsage(err) {
		if e := out.print(sum, func(w io.Writer) { printSummary(w, sum) }); err == nil {
			err = e
		}
	}
	if err == nil && i.Strict && sum.Rejected > 0 {
		err = fmt.Errorf("%d lines were rejected (--strict); table rejected has them, with file and line", sum.Rejected)
	}
	return err
}

func printSummary(w io.Writer, s *app.ImportSummary) {
	fmt.Fprintf(w, "Actions\t%d", s.Actions)
	if s.Sent != s.Actions {
		fmt.Fprintf(w, ", of which %d were sent", s.Sent)
	}
	if s.Actions > 0 {
		fmt.Fprintf(w, ", from %s to %s", s.From.UTC().Format(time.DateTime), s.To.UTC().Format(time.DateTime))
	}
	fmt.Fprintf(w, "\nLines\t%d in %d files\n", s.Lines, s.Files)
	for _, r := range s.RejectedBy {
		fmt.Fprintf(w, "Rejected\t%d %s\n", r.Count, r.Name)
	}
	for _, r := range s.WithoutMember {
		fmt.Fprintf(w, "Without a member\t%d %s\n", r.Count, r.Name)
	}
	for _, r := range s.Ignored {
		fmt.Fprintf(w, "No action\t%d %s\n", r.Count, r.Name)
	}
	for _, l := range s.Late {
		fmt.Fprintf(w, "Late\t%d of %s: stored, and in no number until you run\n\trollcall rebuild --community %s\n", l.Count, l.Name, l.Name)
	}
	if !s.LateKnown && s.Sent > 0 {
		fmt.Fprintf(w, "Late\tnot known yet; `rollcall status` counts them\n")
	}
	if s.Hint != "" {
		fmt.Fprintf(w, "Hint\t%s\n", s.Hint)
	}
	fmt.Fprintf(w, "Took\t%.1f s, %.0f actions/s\n", s.Seconds, s.PerSecond)
}
