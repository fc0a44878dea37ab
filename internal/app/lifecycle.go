package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// lifecycle is a stack of named clean-ups, run once, last in first out, within a deadline.
type lifecycle struct {
	log      *slog.Logger
	cleanups []cleanup
}

type cleanup struct {
	name string
	run  func(context.Context) error
}

func (l *lifecycle) add(name string, run func(context.Context) error) {
	l.cleanups = append(l.cleanups, cleanup{name, run})
}

func (l *lifecycle) stop(within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	var errs []error
	for i := len(l.cleanups) - 1; i >= 0; i-- {
		c := l.cleanups[i]
		began := time.Now()
		if err := c.run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, fmt.Errorf("stopping %s: %w", c.name, err))
		}
		l.log.Debug("stopped", "part", c.name, "took", time.Since(began))
	}
	l.cleanups = nil
	return errors.Join(errs...)
}
