package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type rejectedCmd struct {
	List   rejectedListCmd   `cmd:"" help:"List them, newest first." default:"withargs"`
	Show   rejectedShowCmd   `cmd:"" help:"Show one with its bytes."`
	Resend rejectedResendCmd `cmd:"" help:"Mend some and send them again."`
}

func (rejectedCmd) Example() string { return rejectedListCmd{}.Example() }

// which are the conditions that bad events must meet.
type which struct {
	Community string        `help:"Only of this community." placeholder:"C"`
	Reason    string        `help:"Only for this reason." placeholder:"REASON"`
	Field     string        `help:"Only where this field is wrong." placeholder:"FIELD"`
	Source    string        `help:"Only from sources that begin so: http, segment, file:NAME." placeholder:"SOURCE"`
	Within    time.Duration `help:"Only those that came so short a while ago." placeholder:"24h"`
}

func (w which) filter() app.RejectedFilter {
	return app.RejectedFilter{Community: w.Community, Reason: w.Reason, Field: w.Field, Source: w.Source, Within: w.Within}
}

type rejectedListCmd struct {
	target `embed:""`
	which  `embed:""`
	Limit  int `help:"At most so many; 0: all." default:"50"`
}

func (rejectedListCmd) Example() string {
	return "rollcall rejected list --community demo --reason missing_field"
}

func (l *rejectedListCmd) Run(ctx context.Context, out printer) error {
	c, err := l.connect()
	if err != nil {
		return err
	}
	f := l.filter()
	f.Limit = l.Limit
	found, err := c.Rejected(ctx, f, false)
	if err != nil {
		return err
	}
	return out.print(found, func(w io.Writer) {
		fmt.Fprintln(w, "ID\tRECEIVED\tCOMMUNITY\tSOURCE\tREASON\tFIELD\tBYTES\tDETAIL")
		for _, r := range found {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", r.ID[:min(len(r.ID), 12)], time.UnixMilli(r.Received).UTC().Format(time.DateTime),
				orNone(r.Community), plain(r.Source), r.Reason, orNone(r.Field), r.Bytes, plain(r.Detail))
		}
	})
}

type rejectedShowCmd struct {
	target    `embed:""`
	ID        string `arg:"" help:"Its id, or how it begins."`
	Community string `help:"Where the same bytes came for several." placeholder:"C"`
	Raw       bool   `help:"Only its bytes, as they came."`
}

func (rejectedShowCmd) Example() string {
	return "rollcall rejected show 1f2e3d4c5b6a --raw > event.json"
}

func (s *rejectedShowCmd) Run(ctx context.Context, out printer) error {
	c, err := s.connect()
	if err != nil {
		return err
	}
	r, err := c.RejectedOne(ctx, s.ID, s.Community)
	if err != nil {
		return err
	}
	if s.Raw {
		_, err := os.Stdout.Write(r.Payload)
		return err
	}
	return out.print(r, func(w io.Writer) {
		for _, line := range [][2]string{{"ID", r.ID}, {"Received", time.UnixMilli(r.Received).UTC().Format(time.RFC3339Nano)}, {"Community", orNone(r.Community)},
			{"Source", plain(r.Source)}, {"Reason", r.Reason}, {"Field", orNone(r.Field)}, {"Detail", plain(r.Detail)}, {"Bytes", fmt.Sprint(r.Bytes)}} {
			fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
		}
		if utf8.Valid(r.Payload) {
			fmt.Fprintf(w, "\n%s\n", plainText(string(r.Payload)))
		} else {
			fmt.Fprintf(w, "\nbase64: %s\n", base64.StdEncoding.EncodeToString(r.Payload))
		}
	})
}

type rejectedResendCmd struct {
	target    `embed:""`
	which     `embed:""`
	ID        []string `arg:"" optional:"" help:"Their ids, or how they begin. None: all that meet the conditions."`
	Edit      []string `help:"s/PATTERN/TEXT/ on the text (g: every place, i: any case; \\1: a group), or FIELD=VALUE on the JSON; repeat it for more." placeholder:"EDIT" sep:"none"`
	DryRun    bool     `help:"Print what would be sent, an action a line, and send nothing."`
	Collector string   `help:"Send to this address, where another process takes actions." placeholder:"URL"`
	WriteKey  string   `help:"Send with this write key; the administrator's token if not given." placeholder:"KEY"`
}

func (rejectedResendCmd) Example() string {
	return "rollcall rejected resend --community demo --reason missing_field --field kind --edit kind=post --dry-run"
}

func (s *rejectedResendCmd) Run(ctx context.Context, out printer) error {
	f := s.filter()
	if f.IDs = s.ID; len(f.IDs) == 0 && s.which == (which{}) {
		return app.Usagef("which? Name ids, or conditions as --community and --reason; `rollcall rejected list` shows them")
	}
	var edits []app.Edit
	for _, text := range s.Edit {
		edit, err := app.ParseEdit(text)
		if err != nil {
			return err
		}
		edits = append(edits, edit)
	}
	c, err := s.connect()
	if err != nil {
		return err
	}
	to, err := s.taker(c)
	if err != nil {
		return err
	}
	r, err := c.Resend(ctx, f, edits, to)
	if err != nil {
		return err
	}
	if err := out.print(r, func(w io.Writer) { s.tell(w, r) }); err != nil {
		return err
	}
	if r.Refused > 0 {
		return fmt.Errorf("%d of %d were not accepted: mend them with --edit", r.Refused, len(r.Events))
	}
	return nil
}

// taker is who takes the actions; nobody in a dry run.
func (s *rejectedResendCmd) taker(c *app.Client) (*app.Client, error) {
	switch {
	case s.DryRun:
		return nil, nil //nolint:nilnil // nobody
	case s.Collector != "":
		return app.Connect(app.Target{Server: s.Collector, Key: s.WriteKey})
	case s.WriteKey != "":
		return c.With(s.WriteKey), nil
	}
	return c, nil
}

func (s *rejectedResendCmd) tell(w io.Writer, r *app.Resent) {
	for _, e := range r.Events {
		switch {
		case e.Reason != "":
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.ID[:min(len(e.ID), 12)], e.Reason, orNone(e.Field), plain(e.Detail))
		case s.DryRun:
			fmt.Fprintf(w, "%s\n", e.Action)
		}
	}
	if s.DryRun {
		return
	}
	fmt.Fprintf(w, "Accepted %d of %d. The table rejected keeps what came; what was refused now is there as well, as it was sent.\n", r.Accepted, len(r.Events))
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return plain(s)
}
