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
	target    `embed:""`
	Community string `help:"What its reader sees, and nothing else." required:"" placeholder:"C"`
	Board     string `help:"Page it opens with, as in the console's address; the first if not given." placeholder:"ID"`
	Days      int    `help:"How long it works." default:"30" placeholder:"N"`
	URL       string `name:"url" help:"The console's address as its reader reaches it; the one spoken to if not given." placeholder:"URL"`
}

func (shareCmd) Example() string {
	return "rollcall share --community lausanne --board overview --days 30 --url https://rollcall.example.org"
}

// Help says what a flag's line cannot.
func (shareCmd) Help() string {
	return "Prints an address at which a browser reads the console of one community without signing in, until the link runs out. Nothing can be changed through " +
		"it, and no other community seen. Links are kept nowhere: they all end when the administrator's token is another one. Where the console listens on " +
		"this machine only, so does the link."
}

func (s *shareCmd) Run(ctx context.Context, out printer) error {
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
	return out.print(map[string]any{"url": url, "community": share.Community, "until": share.Until}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\nReads %s until %s.\n", url, share.Community, time.UnixMilli(share.Until).UTC().Format("2006-01-02 15:04 MST"))
	})
}
