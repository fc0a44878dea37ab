package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type evaluateChurnCmd struct {
	target    `embed:""`
	Community string `help:"Community to measure the model on." required:"" placeholder:"C"`
	Out       string `help:"Write a picture here: a page (.html) or an image (.svg)." placeholder:"FILE"`
}

func (evaluateChurnCmd) Example() string {
	return "rollcall evaluate churn --community demo --out churn.html"
}

func (e *evaluateChurnCmd) Run(ctx context.Context, out printer) error {
	kind := filepath.Ext(e.Out)
	if e.Out != "" && kind != ".html" && kind != ".svg" {
		return app.Usagef("--out %s: name it .html for a page or .svg for an image", e.Out)
	}
	c, err := e.connect()
	if err != nil {
		return err
	}
	p, err := c.EvaluateChurn(ctx, e.Community)
	if err != nil {
		return err
	}
	draw := p.HTML
	if kind == ".svg" {
		draw = p.SVG
	}
	if err := writeFile(e.Out, draw); err != nil {
		return err
	}
	return out.print(p, func(w io.Writer) {
		fmt.Fprintf(w, "%d predictions at %d cut-offs, %s to %s; %.0f %% fell silent\n\n", p.Rows, p.Cutoffs, p.First, p.Last, p.Silent*100)
		fmt.Fprintln(w, "\tAUC\tAT ONE CUT-OFF\tBRIER\tECE\tTOP DECILE")
		for _, s := range p.Contenders {
			fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\n", s.Name, s.AUC, s.AtOnce, s.Brier, s.ECE, s.Top)
		}
		fmt.Fprintln(w, "\nRISK SAID\tMEMBERS\tFELL SILENT")
		for _, b := range p.Contenders[0].Calibration {
			if b.Members > 0 {
				fmt.Fprintf(w, "%.2f\t%d\t%.2f\n", b.Expected, b.Members, b.Observed)
			}
		}
	})
}

// writeFile makes a file with what draw writes; without a name it does nothing.
func writeFile(name string, draw func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(draw(f), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}
