package main

import (
	"context"
	"fmt"
	"io"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type verifyCmd struct {
	target    `embed:""`
	Community []string `help:"Community to verify; repeat it for more. None: all." placeholder:"C"`
}

func (verifyCmd) Example() string { return "rollcall verify --community demo" }

func (v *verifyCmd) Run(ctx context.Context, out printer) error {
	c, err := v.connect()
	if err != nil {
		return err
	}
	names := v.Community
	if len(names) == 0 {
		all, err := c.Communities(ctx)
		if err != nil {
			return err
		}
		for _, one := range all {
			names = append(names, one.Community)
		}
	}
	reports := []app.Verified{}
	different := uint64(0)
	for _, name := range names {
		r, err := c.Verify(ctx, name)
		if err != nil {
			return err
		}
		reports = append(reports, r)
		different += r.Different()
		if !out.json {
			if err := out.print(nil, func(w io.Writer) { printVerified(w, r) }); err != nil {
				return err
			}
		}
	}
	if out.json {
		if err := out.print(reports, nil); err != nil {
			return err
		}
	}
	if different > 0 {
		return fmt.Errorf("%d rows are not what SQL over the actions says: a fold or its definition is wrong, please report it", different)
	}
	return nil
}

// printVerified writes a table of the tables, what is wrong in them, and a summary.
func printVerified(w io.Writer, r app.Verified) {
	fmt.Fprintln(w, "TABLE\tROWS\tDIFFERENT")
	for _, t := range r.Tables {
		fmt.Fprintf(w, "%s\t%d\t%d\n", t.Table, t.Rows, t.Different)
	}
	for _, t := range r.Tables {
		for _, d := range t.Differences {
			fmt.Fprintln(w, d)
		}
	}
	fmt.Fprintln(w, r.Summary())
}
