package ingest

import (
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

// limits bounds the actions a second of each write key. A request goes through whole or not at all; one that is larger
// than what is left is let through and paid for by waiting, or a large batch could never be sent at a low rate.
type limits struct {
	rate float64

	mu    sync.Mutex
	byKey map[string]*rate.Limiter
}

// take charges n actions to the key. The error is a 429 that says how long to wait.
func (l *limits) take(key string, n int, now time.Time) error {
	if l.rate <= 0 || n == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	lim := l.byKey[key]
	burst := int(math.Max(1, math.Ceil(l.rate)))
	if lim == nil {
		if l.byKey == nil {
			l.byKey = map[string]*rate.Limiter{}
		}
		lim = rate.NewLimiter(rate.Limit(l.rate), burst)
		l.byKey[key] = lim
	}
	if left := lim.TokensAt(now); left < 1 {
		p := problem.New(http.StatusTooManyRequests, "this write key may send %g actions a second", l.rate)
		p.RetryAfter = time.Duration((1 - left) / l.rate * float64(time.Second))
		return p
	}
	for ; n > 0; n -= burst {
		lim.ReserveN(now, min(n, burst))
	}
	return nil
}
