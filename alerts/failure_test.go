package alerts

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestAnErrorTellsWhetherToTryAgain(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		err       error
		permanent bool
		after     time.Duration
	}{
		{cause, false, 0},
		{Mistake(cause), true, 0},
		{fmt.Errorf("sending: %w", Mistake(cause)), true, 0},
		{fmt.Errorf("sending: %w", Busy(cause, time.Minute)), false, time.Minute},
		{Busy(cause, -time.Second), false, 0},
	} {
		if Permanent(c.err) != c.permanent || RetryAfter(c.err) != c.after || !errors.Is(c.err, cause) {
			t.Errorf("%v: permanent %v, after %v", c.err, Permanent(c.err), RetryAfter(c.err))
		}
	}
}
