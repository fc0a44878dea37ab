package alerts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Check says what is wrong with a truth that somebody wrote, nil if it can be compared with. A kind that does not exist, or
// an event that ends before it starts, would be missed by any alert and nobody would see why.
func (t *Truth) Check() error {
	switch {
	case t.From.IsZero() || t.Events == nil:
		return errors.New("it says nothing of from and events")
	case !t.To.IsZero() && !t.From.Before(t.To):
		return fmt.Errorf("to (%s) is not after from (%s)", when(t.To), when(t.From))
	}
	for i := range t.Events {
		if err := t.Events[i].check(); err != nil {
			return fmt.Errorf("event %d of events: %w", i+1, err)
		}
	}
	for i, l := range t.Leavers {
		if l.Member == "" || l.Time.IsZero() {
			return fmt.Errorf("leaver %d of leavers: it needs member and time", i+1)
		}
	}
	return nil
}

func (e *Event) check() error {
	for _, kind := range append([]string{e.Kind}, e.Instead...) {
		if _, ok := grace[kind]; !ok {
			return fmt.Errorf("there is no kind of alert %q; there are %s", kind, strings.Join(slices.Sorted(maps.Keys(grace)), ", "))
		}
	}
	switch {
	case e.Start.IsZero() || e.End.IsZero():
		return errors.New("it needs start and end")
	case e.End.Before(e.Start):
		return fmt.Errorf("it ends (%s) before it starts (%s)", when(e.End), when(e.Start))
	case (e.Dimension == "") != (e.Segment == ""):
		return errors.New("dimension and segment go together: both, or neither for all over the community")
	}
	return nil
}

func when(t time.Time) string { return t.Format(time.RFC3339) }
