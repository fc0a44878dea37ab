package outbox

import "time"

// own notes whether this process sends to the receiver.
func (s *sender) own(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Owned = yes
	s.state.Lag, s.state.Waiting, s.since = 0, 0, time.Time{}
	s.publish()
}

// report notes what waits.
func (s *shift) report() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled = s.queue.settled()
	s.state.TooOld += s.queue.tooOld
	s.metrics.tooOld.Add(float64(s.queue.tooOld))
	s.queue.tooOld = 0
	s.state.Waiting, s.since = len(s.queue.waiting), time.Time{}
	for _, w := range s.queue.waiting {
		if s.since.IsZero() || w.since.Before(s.since) {
			s.since = w.since
		}
	}
	s.publish()
}

func (s *sender) highWater(offset int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.high = offset
	s.publish()
}

// outcome notes what came of a message, and how many changes were given up by it.
func (s *sender) outcome(err error, lost int, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.state.Sent++
		s.state.LastSent, s.state.LastError = now, ""
		s.metrics.sent.Inc()
		return
	}
	s.state.Retried++
	s.state.Failed += uint64(lost)
	s.state.LastError = err.Error()
	s.metrics.retried.Inc()
	s.metrics.failed.Add(float64(lost))
}

// publish brings the metrics up to date. The lock is held.
func (s *sender) publish() {
	s.state.Lag = 0
	if s.state.Owned {
		s.state.Lag = max(0, s.high-s.settled)
	}
	s.metrics.lag.Set(float64(s.state.Lag))
	s.metrics.waiting.Set(float64(s.state.Waiting))
}

// now is how the receiver fares.
func (s *sender) now() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.state
	if !s.since.IsZero() {
		out.Oldest = time.Since(s.since).Seconds()
	}
	return out
}
