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

// tries counts wrong tokens by address, and has a program that keeps sending an old one wait. It guards nothing: no number of
// tries finds a long token (see [CheckToken]), and who has the right one is never counted. So nobody locks out anybody.
type tries struct {
	mu   sync.Mutex
	full map[string]time.Time // when an address has all its tries again
}

// fail takes a wrong token. Above 0 it is one too many, and how long the address should wait; that one is not counted.
func (t *tries) fail(from string, now time.Time) (wait time.Duration) {
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
	if wait := at.Add(-(burst - 1) * refill).Sub(now); wait > 0 {
		return wait
	}
	if t.full == nil {
		t.full = map[string]time.Time{}
	}
	t.full[who] = at.Add(refill)
	return 0
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
