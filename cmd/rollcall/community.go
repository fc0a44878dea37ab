package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type communityCmd struct {
	List communityListCmd `cmd:"" help:"List them." default:"1"`
	Set  communitySetCmd  `cmd:"" help:"Set one up, or change its clock."`
}

func (communityCmd) Example() string { return communityListCmd{}.Example() }

type communityListCmd struct {
	target `embed:""`
}

func (communityListCmd) Example() string { return "rollcall community list" }

func (l *communityListCmd) Run(ctx context.Context, out printer) error {
	c, err := l.connect()
	if err != nil {
		return err
	}
	list, err := c.Communities(ctx)
	if err != nil {
		return err
	}
	return out.print(list, func(w io.Writer) {
		fmt.Fprintln(w, "COMMUNITY\tACTIONS\tMEMBERS\tTIME ZONE\tCLOCK\tLATENESS\tFIRST\tLAST")
		day := func(ms int64) string {
			if ms == 0 {
				return "-"
			}
			return time.UnixMilli(ms).UTC().Format(time.DateOnly)
		}
		for _, c := range list {
			fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\n", c.Community, c.Actions, c.Members, c.TimeZone, c.Clock, c.Lateness, day(c.First), day(c.Last))
		}
	})
}

type communitySetCmd struct {
	target    `embed:""`
	Community string `arg:"" help:"Its name."`
	Clock     string `help:"What moves its time: ${enum}." enum:",wall,data" default:"" placeholder:"wall|data"`
	shape     `embed:""`
	Bots      []string `help:"Members who are bots, the whole list." placeholder:"MEMBER" xor:"bots"`
	ClearBots bool     `help:"Nobody is a bot, but who says so of itself." xor:"bots"`

	Staff      []string `help:"Members who vouch for others in place of the founders, the whole list." placeholder:"MEMBER" xor:"staff"`
	ClearStaff bool     `help:"The founders vouch again." xor:"staff"`
}

// shape are the settings that every number depends on.
type shape struct {
	TimeZone string             `help:"IANA time zone of its days; fixed by the first action, until a rebuild." placeholder:"ZONE"`
	Lateness string             `help:"How far behind an action may come and still count at once; fixed likewise." placeholder:"1h"`
	Weight   map[string]float64 `help:"Weights of kinds in the engagement score; fixed likewise." mapsep:"," placeholder:"KIND=N"`

	ChurnAfter string  `help:"Days without an active one after which a member has churned, 30 if not set; fixed likewise." placeholder:"30d"`
	AtRisk     float64 `help:"Risk from which on a member is at risk, 0.5 if not set; fixed likewise." placeholder:"0.5"`
}

func (s *shape) setting(community string) (app.CommunitySetting, error) {
	out := app.CommunitySetting{Community: community, TimeZone: s.TimeZone, Lateness: s.Lateness, Weights: s.Weight, AtRisk: s.AtRisk}
	if s.ChurnAfter == "" {
		return out, nil
	}
	var err error
	if out.ChurnAfterDays, err = days(s.ChurnAfter); err != nil {
		return out, app.Usagef("--churn-after %v", err)
	}
	return out, nil
}

// days reads days as users write them: 30d, or 30.
func days(text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "d"))
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q: write days, like 30d", text)
	}
	return n, nil
}

func (communitySetCmd) Example() string {
	return "rollcall community set lausanne --time-zone Europe/Zurich --clock data --lateness 1h"
}

func (s *communitySetCmd) Run(ctx context.Context, out printer) error {
	c, err := s.connect()
	if err != nil {
		return err
	}
	set, err := s.setting(s.Community)
	if err != nil {
		return err
	}
	if set.Clock, set.Bots = s.Clock, s.Bots; s.ClearBots {
		set.Bots = []string{""}
	}
	if set.Staff = s.Staff; s.ClearStaff {
		set.Staff = []string{""}
	}
	got, err := c.SetCommunity(ctx, set)
	if err != nil {
		return err
	}
	return out.print(got, func(w io.Writer) {
		fmt.Fprintf(w, "%s: time zone %s, clock %s, lateness %s\n", got.Community, got.TimeZone, got.Clock, got.Lateness)
	})
}

type rebuildCmd struct {
	target    `embed:""`
	Community string `help:"Its name." required:"" placeholder:"C"`
	shape     `embed:""`
}

func (rebuildCmd) Example() string { return "rollcall rebuild --community lausanne" }

// Help says what a flag's line cannot.
func (rebuildCmd) Help() string {
	return "Folds the community anew from its archive, in event-time order, while the live numbers go on; then swaps. What came too late takes effect, and " +
		"so do the flags given."
}

func (r *rebuildCmd) Run(ctx context.Context, out printer) error {
	set, err := r.setting(r.Community)
	if err != nil {
		return err
	}
	c, err := r.connect()
	if err != nil {
		return err
	}
	done, err := c.Rebuild(ctx, set, app.RebuildBar(os.Stderr))
	if err != nil {
		return err
	}
	return out.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "Rebuilt\t%s, %d times so far\nActions\t%d, of these %d had been late\n", done.Community, done.Epoch, done.Actions, done.TookIn)
		if done.Late > 0 {
			fmt.Fprintf(w, "Late\t%d that came meanwhile; rebuild again to take them in\n", done.Late)
		}
		fmt.Fprintf(w, "Took\t%.1f s\n", done.Seconds)
	})
}
