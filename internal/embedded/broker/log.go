package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// logger hands kfake's log on, and remembers errors while watched: kfake's Close returns none.
type logger struct {
	to *slog.Logger

	mu      sync.Mutex
	watched bool
	errs    []error
	said    map[string]time.Time // warnings that need not be said again for a while
}

// sayAgain is how long the same warning is not repeated: on a full disk kfake warns of every try of every producer.
const sayAgain = 30 * time.Second

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
	text := fmt.Sprintf(format, args...)
	if to == slog.LevelWarn && l.repeats(text, time.Now()) {
		return
	}
	l.to.Log(context.Background(), to, "embedded Kafka: "+text)
}

// repeats reports whether the warning was said a moment ago.
func (l *logger) repeats(text string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.said[text]; ok && now.Sub(at) < sayAgain {
		return true
	}
	if len(l.said) > 1000 || l.said == nil {
		l.said = map[string]time.Time{}
	}
	l.said[text] = now
	return false
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
