package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type reportCmd struct {
	target    `embed:""`
	Community string `help:"Whose." required:"" placeholder:"C"`
	Week      string `help:"An ISO week of its time zone, like 2026-W47; the last one that is over if not given." placeholder:"WEEK"`
	Lang      string `help:"Language: en, zh." default:"en" placeholder:"LANG"`
	Out       string `help:"Write the page here; - is standard output." placeholder:"FILE"`
	PDF       string `name:"pdf" help:"Write it as a PDF here, by a Chromium that is there." placeholder:"FILE"`
}

func (reportCmd) Example() string {
	return "rollcall report --community demo --week 2021-W33 --lang zh --out report.html --pdf report.pdf"
}

// Help says what a flag's line cannot.
func (reportCmd) Help() string {
	return "What changed in a week, why, who to thank and who to call: one HTML file that needs nothing else. Without --out and --pdf it is printed. " +
		"--pdf needs Chromium: one on the path, or the one that ROLLCALL_CHROMIUM names."
}

func (r *reportCmd) Run(ctx context.Context, out printer) error {
	o := app.ReportOptions{Community: r.Community, Week: r.Week, Language: r.Lang}
	if err := o.Check(); err != nil {
		return err
	}
	c, err := r.connect()
	if err != nil {
		return err
	}
	page, err := c.Report(ctx, o)
	if err != nil {
		return err
	}
	if r.Out == "-" || r.Out == "" && r.PDF == "" {
		_, err := os.Stdout.Write(page)
		return err
	}
	var made []string
	if r.Out != "" {
		if err := writeFile(r.Out, func(w io.Writer) error { _, err := w.Write(page); return err }); err != nil {
			return err
		}
		made = append(made, r.Out)
	}
	if r.PDF != "" {
		if err := app.PrintReport(ctx, page, r.PDF); err != nil {
			return err
		}
		made = append(made, r.PDF)
	}
	return out.print(map[string]any{"files": made}, func(w io.Writer) {
		for _, f := range made {
			fmt.Fprintln(w, f)
		}
	})
}
