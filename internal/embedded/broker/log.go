package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// logger hands kfake's log on, and remembers errors while watched: kfake's Close returns none.
type logger struct {
	to *slog.Logger

	mu      sync.Mutex
	watched bool
	errs    []error
}

// Logf implements kfake.Logger.
func (l *logger) Logf(level kfake.LogLevel, format string, args ...any) {
	if level == kfake.LogLevelError {
		l.mu.Lock()
		watched := l.watched
		if watched {
			l.errs = append(l.errs, fmt.Errorf(format, args...))
		}
		l.mu.Unlock()
		if watched { // returned instead
			return
		}
	}
	to := slog.LevelDebug
	if level == kfake.LogLevelError || level == kfake.LogLevelWarn {
		to = slog.LevelWarn
	}
	if !l.to.Enabled(context.Background(), to) {
		return
	}
	l.to.Log(context.Background(), to, "embedded Kafka: "+fmt.Sprintf(format, args...))
}

func (l *logger) watch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watched = true
}

func (l *logger) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.errs...)
}
