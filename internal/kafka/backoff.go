package kafka

import (
	"time"

	"github.com/cenkalti/backoff/v5"
)

// newBackoff returns the waits between tries: 50 ms, doubling up to 2 s, each up to half longer or shorter so that
// clients of one broker do not come back in step.
func newBackoff() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: 50 * time.Millisecond, Multiplier: 2, RandomizationFactor: 0.5, MaxInterval: 2 * time.Second,
	}
}
