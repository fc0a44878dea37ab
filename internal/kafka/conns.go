package kafka

import (
	"context"
	"errors"
	"net"
	"sync"
)

// connSet opens connections and remembers them: the client library waits for an answer after its caller has gone, and
// closing the connection is the only way to make it stop.
type connSet struct {
	security Security

	mu     sync.Mutex
	open   map[*setConn]struct{}
	closed bool
}

type setConn struct {
	net.Conn // as secure made it
	raw      net.Conn
	set      *connSet
}

// dial connects, encrypts and logs in.
func (s *connSet) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	raw, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c := &setConn{raw: raw, set: s}
	if err := s.add(c); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	if c.Conn, err = s.security.secure(ctx, raw, addr); err != nil {
		s.remove(c)
		_ = raw.Close()
		return nil, err
	}
	return c, nil
}

// Close implements net.Conn.
func (c *setConn) Close() error {
	c.set.remove(c)
	return c.Conn.Close()
}

func (s *connSet) add(c *setConn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	if s.open == nil {
		s.open = map[*setConn]struct{}{}
	}
	s.open[c] = struct{}{}
	return nil
}

func (s *connSet) remove(c *setConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// closeAll closes what is open and refuses to open more.
func (s *connSet) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.open {
		_ = c.raw.Close() // nobody waits for what it would have said
	}
	s.open = nil
}
