package alerts

import (
	"errors"
	"time"
)

// failure is an error of Send about which more is known than that it failed.
type failure struct {
	error
	permanent bool
	after     time.Duration
}

func (f *failure) Unwrap() error { return f.error }

// Mistake marks an error that another try will meet again: the address, the secret or the payload is wrong.
func Mistake(err error) error { return &failure{error: err, permanent: true} }

// Busy marks an error of a service that asks to be left alone for a while; 0 if it does not say how long.
func Busy(err error, after time.Duration) error { return &failure{error: err, after: max(after, 0)} }

// Permanent tells whether sending the same message again is of no use.
func Permanent(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.permanent
}

// RetryAfter is how long the service wants to be left alone, 0 where it did not say.
func RetryAfter(err error) time.Duration {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.after
	}
	return 0
}
