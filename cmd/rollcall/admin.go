package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

type statusCmd struct {
	target `embed:""`
	Wait   bool `help:"Return when all that was accepted before is visible in ClickHouse."`
}

func (statusCmd) Example() string { return "rollcall status --wait" }

func (s *statusCmd) Run(ctx context.Context, out printer) error {
	c, err := s.connect()
	if err != nil {
		return err
	}
	if s.Wait {
		if _, err := c.Wait(ctx); err != nil {
			return err
		}
	}
	st, err := c.Status(ctx)
	if err != nil {
		return err
	}
	return out.print(st, func(w io.Writer) {
		state := "ready"
		if !st.Ready {
			state = "not ready: " + st.Problem
		}
		fmt.Fprintf(w, "State\t%s\n", state)
		fmt.Fprintf(w, "Actions\t%d, of these late %d\n", st.Accepted, st.Late)
		for _, reason := range slices.Sorted(maps.Keys(st.Rejected)) {
			fmt.Fprintf(w, "Rejected\t%d %s\n", st.Rejected[reason], reason)
		}
		if st.Last > 0 {
			fmt.Fprintf(w, "Last accepted\t%s\n", time.UnixMilli(st.Last).Format(time.RFC3339))
		}
		for _, p := range st.Stages {
			fmt.Fprintf(w, "%s %d\tlag %d\t%s\n", p.Stage, p.Partition, p.Lag, cmp.Or(p.Stalled, p.Process))
		}
		for _, r := range st.Receivers {
			state := fmt.Sprintf("lag %d, %d waiting, %d sent", r.Lag, r.Waiting, r.Sent)
			if r.TooOld > 0 {
				state += fmt.Sprintf(", %d older than its max_age", r.TooOld)
			}
			switch {
			case r.LastError != "":
				state += fmt.Sprintf(", not taken for %s: %s", (time.Duration(r.Oldest) * time.Second).String(), r.LastError)
			case !r.Owned:
				state = "another process sends to it, or none yet"
			}
			fmt.Fprintf(w, "Receiver %s\t%s\t%s\n", r.Name, r.Type, state)
		}
		for _, sink := range st.Sinks {
			fmt.Fprintf(w, "%s\t%s\n", sink.Name, map[bool]string{true: "up", false: "down"}[sink.Up])
		}
	})
}

type readyCmd struct {
	target `embed:""`
}

func (readyCmd) Example() string { return "rollcall ready --server http://127.0.0.1:8080" }

// Help says what a flag's line cannot.
func (readyCmd) Help() string {
	return "Asks /readyz, which needs no token: exit status 0 if it does all of its work, else 1 and why. An image without a shell or curl is checked by this."
}

func (r *readyCmd) Run(ctx context.Context, out printer) error {
	c, err := r.connect()
	if err != nil {
		return err
	}
	if err := c.Ready(ctx); err != nil {
		return err
	}
	return out.print(map[string]bool{"ready": true}, func(w io.Writer) { fmt.Fprintln(w, "ready") })
}

type queryCmd struct {
	target `embed:""`
	SQL    string `arg:"" help:"The statement; tables without a database are those of the read model."`
	Format string `help:"Any ClickHouse format; PrettyCompact if not given, JSON with --output json." placeholder:"FORMAT"`
}

func (queryCmd) Example() string {
	return `rollcall query "SELECT window, max(active_members) FROM activity FINAL WHERE community = 'demo' GROUP BY window"`
}

func (q *queryCmd) Run(ctx context.Context, out printer) error {
	c, err := q.connect()
	if err != nil {
		return err
	}
	switch {
	case q.Format != "":
	case out.json:
		q.Format = "JSON"
	default:
		q.Format = "PrettyCompact"
	}
	return c.Query(ctx, q.SQL, q.Format, os.Stdout)
}

type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make one; its text is shown only now."`
	List   keyListCmd   `cmd:"" help:"List them." default:"1"`
	Revoke keyRevokeCmd `cmd:"" help:"End one."`
}

func (keyCmd) Example() string { return keyCreateCmd{}.Example() }

type keyCreateCmd struct {
	target    `embed:""`
	Community []string `help:"Community it may write to; repeat it for more. None: all." placeholder:"C"`
	Name      string   `help:"What it is for, for your own list." placeholder:"TEXT"`
}

func (keyCreateCmd) Example() string { return "rollcall key create --community lausanne --name forum" }

func (k *keyCreateCmd) Run(ctx context.Context, out printer) error {
	c, err := k.connect()
	if err != nil {
		return err
	}
	key, err := c.CreateKey(ctx, k.Name, k.Community)
	if err != nil {
		return err
	}
	return out.print(key, func(w io.Writer) { fmt.Fprintln(w, key.Secret) })
}

type keyListCmd struct {
	target `embed:""`
}

func (keyListCmd) Example() string { return "rollcall key list" }

func (l *keyListCmd) Run(ctx context.Context, out printer) error {
	c, err := l.connect()
	if err != nil {
		return err
	}
	keys, err := c.Keys(ctx)
	if err != nil {
		return err
	}
	return out.print(keys, func(w io.Writer) {
		fmt.Fprintln(w, "ID\tNAME\tCOMMUNITIES\tCREATED\tSTATE")
		for _, k := range keys {
			state, names := "in force", strings.Join(k.Communities, ",")
			if k.Revoked > 0 {
				state = "revoked " + time.UnixMilli(k.Revoked).Format(time.DateTime)
			}
			if names == "" {
				names = "(all)"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, names, time.UnixMilli(k.Created).Format(time.DateTime), state)
		}
	})
}

type keyRevokeCmd struct {
	target `embed:""`
	ID     string `arg:"" help:"Its id, as key list shows it, or the key."`
}

func (keyRevokeCmd) Example() string { return "rollcall key revoke 1f2e3d4c5b6a" }

func (k *keyRevokeCmd) Run(ctx context.Context, out printer) error {
	c, err := k.connect()
	if err != nil {
		return err
	}
	id, err := c.RevokeKey(ctx, k.ID)
	if err != nil {
		return err
	}
	return out.print(map[string]string{"revoked": id}, func(w io.Writer) { fmt.Fprintln(w, "revoked", id) })
}
