package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/files"
	"github.com/rollcall-dev/rollcall/schemas"
)

// ImportOptions are the settings of `rollcall import`.
type ImportOptions struct {
	Files     []string
	Stdin     io.Reader
	Format    string
	Community string
	Map       map[string]string
	Header    bool
	Kind      string
	Clock     string // sets the clock of the community, or of those that the lines name, before the first action
	TempDir   string
	Progress  func(files.Progress)
}

// Count is a number of something with a name.
type Count struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// ImportSummary is what an import did. Actions is what the files hold, Sent what was acknowledged of it.
type ImportSummary struct {
	Files         int       `json:"files"`
	Lines         int64     `json:"lines"`
	Actions       int64     `json:"actions"`
	Sent          int64     `json:"sent"`
	Rejected      int64     `json:"rejected"`
	RejectedBy    []Count   `json:"rejected_by"`
	WithoutMember []Count   `json:"without_member"`
	Ignored       []Count   `json:"ignored"`
	From          time.Time `json:"from"`
	To            time.Time `json:"to"`
	Seconds       float64   `json:"seconds"`
	PerSecond     float64   `json:"per_second"`
	// Late are the actions that came too late to count, by community. LateKnown is false where nobody could tell: the key
	// may only write, or the folds are far behind.
	Late      []Count `json:"late"`
	LateKnown bool    `json:"late_known"`
	Hint      string  `json:"hint,omitempty"` // what the sender may have meant otherwise
}

// Import sends files to the instance. The summary is there even with an error, as far as it came.
func (c *Client) Import(ctx context.Context, o ImportOptions) (*ImportSummary, error) {
	clocks := func(ctx context.Context, of []string) error {
		for _, community := range of {
			if _, err := c.SetCommunity(ctx, CommunitySetting{Community: community, Clock: o.Clock}); err != nil {
				return fmt.Errorf("setting the clock of %s: %w", community, err)
			}
		}
		return nil
	}
	switch {
	case o.Clock == "":
		clocks = nil
	case o.Community != "":
		if err := clocks(ctx, []string{o.Community}); err != nil {
			return nil, err
		}
		clocks = nil
	}
	since, clockErr := c.now(ctx) // needs an administrator's token
	to := files.NewClient(c.base, c.token)
	s, err := files.Import(ctx, files.Options{Files: o.Files, Stdin: o.Stdin, Format: o.Format, Community: o.Community, Map: o.Map,
		Header: o.Header, Kind: o.Kind, TempDir: o.TempDir, Progress: o.Progress, Begin: clocks}, to)
	if o.Progress != nil {
		o.Progress(files.Progress{})
	}
	for reason, n := range to.Refused() {
		if s.RejectedBy == nil {
			s.RejectedBy = map[schemas.Reason]int64{}
		}
		s.RejectedBy[reason] += n
		s.Rejected, s.Sent, s.Actions = s.Rejected+n, s.Sent-n, s.Actions-n
	}
	out := &ImportSummary{Files: s.Files, Lines: s.Lines, Actions: s.Actions, Sent: s.Sent, Rejected: s.Rejected, RejectedBy: counts(s.RejectedBy),
		WithoutMember: counts(s.WithoutMember), Ignored: counts(s.Ignored), From: s.From, To: s.To, Late: []Count{}, Seconds: s.Took.Seconds()}
	if out.Seconds > 0 {
		out.PerSecond = float64(s.Sent) / out.Seconds
	}
	if err != nil {
		return out, err
	}
	out.Hint = c.hint(ctx, o, s.To)
	if clockErr == nil && s.Sent > 0 {
		if late, ok := c.late(ctx, since); ok {
			out.Late, out.LateKnown = late, true
		}
	}
	return out, nil
}

// countLateWithin bounds how long an import waits for the folds, which say what came too late.
const countLateWithin = time.Minute

func (c *Client) late(ctx context.Context, since string) ([]Count, bool) {
	ctx, cancel := context.WithTimeout(ctx, countLateWithin)
	defer cancel()
	if _, err := c.Wait(ctx); err != nil {
		return nil, false
	}
	late, err := c.lateSince(ctx, since)
	return late, err == nil
}

// hint tells who sends a history into a community on the wall clock what follows from that.
func (c *Client) hint(ctx context.Context, o ImportOptions, newest time.Time) string {
	if o.Clock != "" || o.Community == "" || newest.IsZero() || time.Since(newest) < 24*time.Hour {
		return ""
	}
	list, err := c.Communities(ctx)
	i := slices.IndexFunc(list, func(x Community) bool { return x.Community == o.Community })
	if err != nil || i >= 0 && list[i].Clock != "wall" { // one that is not seen yet is on the wall clock
		return ""
	}
	return "the newest action is of " + newest.UTC().Format(time.DateOnly) + " and " + o.Community + " is on the wall clock: a minute after the last batch its time " +
		"goes on to the present, and more history would be late; for a history use --clock data"
}

func counts[K ~string](m map[K]int64) []Count {
	out := make([]Count, 0, len(m))
	for k, n := range m {
		out = append(out, Count{string(k), n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// usageError is a mistake in how a command was called.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// Usagef makes an error for which a command ends with status 2.
func Usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// IsUsage reports whether the error is a mistake in how a command was called.
func IsUsage(err error) bool {
	var a *usageError
	var b *files.UsageError
	return errors.As(err, &a) || errors.As(err, &b)
}

// CheckCommunity reports what is wrong with a community's settings as users write them.
func CheckCommunity(c CommunitySetting) error {
	s := &settings{registry: emptyRegistry()}
	set, err := s.merged(c)
	if err != nil {
		return err
	}
	if _, err := s.registry.SetCommunity(set); err != nil {
		return errors.New(strings.TrimSpace(err.Error()))
	}
	return nil
}
