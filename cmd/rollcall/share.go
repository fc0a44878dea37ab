package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type shareCmd struct {
	Create shareCreateCmd `cmd:"" help:"Make one." default:"withargs"`
	List   shareListCmd   `cmd:"" help:"List them."`
	Revoke shareRevokeCmd `cmd:"" help:"Take one back."`
}

func (shareCmd) Example() string { return shareCreateCmd{}.Example() }

// Help says what a flag's line cannot.
func (shareCmd) Help() string { return shareCreateCmd{}.Help() }

type shareCreateCmd struct {
	target    `embed:""`
	Community string `help:"What its reader sees, and nothing else." required:"" placeholder:"C"`
	Board     string `help:"Page it opens with, as in the console's address; the first if not given." placeholder:"ID"`
	Days      int    `help:"How long it works." default:"30" placeholder:"N"`
	URL       string `name:"url" help:"The console's address as its reader reaches it; the one spoken to if not given." placeholder:"URL"`
}

func (shareCreateCmd) Example() string {
	return "rollcall share --community lausanne --board overview --days 30 --url https://rollcall.example.org"
}

// Help says what a flag's line cannot.
func (shareCreateCmd) Help() string {
	return "Prints an address at which a browser reads the console of one community without signing in, until the link runs out or is taken back (share list, share " +
		"revoke). Nothing can be changed through it, and no other community seen. The address is kept nowhere, and all end when the administrator's token is " +
		"another one. Where the console listens on this machine only, so does the link."
}

func (s *shareCreateCmd) Run(ctx context.Context, out printer) error {
	if s.Days < 1 { // on the wire 0 is the default
		return app.Usagef("--days %d: a link works for 1 day at least", s.Days)
	}
	c, err := s.connect()
	if err != nil {
		return err
	}
	url, share, err := c.Share(ctx, app.NewShare{Community: s.Community, Board: s.Board, Days: s.Days})
	if err != nil {
		return err
	}
	if s.URL != "" {
		url = strings.TrimRight(s.URL, "/") + share.Path
	}
	return out.print(map[string]any{"url": url, "id": share.ID, "community": share.Community, "until": share.Until}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\nReads %s until %s. To take it back: rollcall share revoke %s\n", url, share.Community, minute(share.Until), share.ID)
	})
}

type shareListCmd struct {
	target `embed:""`
}

func (shareListCmd) Example() string { return "rollcall share list" }

func (l *shareListCmd) Run(ctx context.Context, out printer) error {
	c, err := l.connect()
	if err != nil {
		return err
	}
	shares, err := c.Shares(ctx)
	if err != nil {
		return err
	}
	return out.print(shares, func(w io.Writer) {
		fmt.Fprintln(w, "ID\tCOMMUNITY\tMADE\tUNTIL\tSTATE")
		for _, s := range shares {
			state := "in force"
			switch {
			case s.Revoked > 0:
				state = "taken back " + minute(s.Revoked)
			case s.Until <= time.Now().UnixMilli():
				state = "has run out"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Community, minute(s.Created), minute(s.Until), state)
		}
	})
}

type shareRevokeCmd struct {
	target `embed:""`
	ID     string `arg:"" help:"Its id, as share list shows it."`
}

func (shareRevokeCmd) Example() string { return "rollcall share revoke 1f2e3d4c5b6a" }

func (r *shareRevokeCmd) Run(ctx context.Context, out printer) error {
	c, err := r.connect()
	if err != nil {
		return err
	}
	if err := c.RevokeShare(ctx, r.ID); err != nil {
		return err
	}
	return out.print(map[string]string{"revoked": r.ID}, func(w io.Writer) { fmt.Fprintln(w, "taken back", r.ID) })
}

// minute writes a moment of Unix milliseconds.
func minute(at int64) string { return time.UnixMilli(at).UTC().Format("2006-01-02 15:04 MST") }
