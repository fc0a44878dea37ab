package access

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	burst     = 10              // wrong tokens from one address at once
	refill    = 6 * time.Second // and one more each
	addresses = 4096            // are remembered; those beyond share one count
)

// tries counts wrong tokens by address, so that a short token cannot be found by trying. Who has failed too often is told
// to wait, with the right token too: else an answer would still tell right from wrong.
type tries struct {
	mu   sync.Mutex
	full map[string]time.Time // when an address has all its tries again
}

// wait is how long an address has to wait before its next try; 0 is not at all.
func (t *tries) wait(from string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(0, t.full[t.place(from)].Add(-(burst-1)*refill).Sub(now))
}

// fail counts a wrong token.
func (t *tries) fail(from string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.full) >= addresses {
		for who, at := range t.full {
			if !at.After(now) {
				delete(t.full, who)
			}
		}
	}
	who := t.place(from)
	at := t.full[who]
	if at.Before(now) {
		at = now
	}
	if t.full == nil {
		t.full = map[string]time.Time{}
	}
	if at = at.Add(refill); at.After(now.Add(burst * refill)) {
		at = now.Add(burst * refill)
	}
	t.full[who] = at
}

func (t *tries) place(from string) string {
	if _, known := t.full[from]; !known && len(t.full) >= addresses {
		return ""
	}
	return from
}

// address is who a request comes from: the machine, or of IPv6 its network, as one machine has many addresses there.
func address(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a = a.Unmap().WithZone(""); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
