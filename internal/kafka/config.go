package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Config says where the cluster is.
type Config struct {
	// Brokers are host:port addresses, any of which knows the others.
	Brokers []string
	// ClientID names this program in the brokers' logs and quotas.
	ClientID string
	Security Security
}

// ErrUnavailable marks an error that passes by itself: a broker that restarts, a leader that moves. Trying again is
// right, and what returned it has waited before it did.
var ErrUnavailable = errors.New("Kafka is not available")

// requestTimeout bounds one request and its answer.
const requestTimeout = 10 * time.Second

// tryTimeout bounds the search for a leader by one broker, so that there is time to ask another.
const tryTimeout = 3 * time.Second

// metadataTTL is the longest that a moved leader, or a broker that came back, goes unnoticed.
const metadataTTL = 3 * time.Second

// Check reports what is wrong with it as far as that goes without the cluster.
func (c Config) Check() error { return c.check() }

func (c Config) check() error {
	if len(c.Brokers) == 0 {
		return errors.New("no Kafka broker is named: give --kafka host:port")
	}
	for _, b := range c.Brokers {
		if _, _, err := net.SplitHostPort(b); err != nil {
			return fmt.Errorf("reading the Kafka address %q: %w", b, err)
		}
	}
	return c.Security.check()
}

// addr is all brokers as one address: the client library tries them in turn.
func (c Config) addr() net.Addr { return kafkago.TCP(c.Brokers...) }

// String names the brokers and tells no secret.
func (c Config) String() string { return strings.Join(c.Brokers, ",") }

// tryEach runs f on the brokers in turn until it succeeds. One that is down costs tryTimeout at most.
func (c Config) tryEach(ctx context.Context, f func(ctx context.Context, addr string) error) error {
	var errs []error
	for _, addr := range c.Brokers {
		try, cancel := context.WithTimeout(ctx, tryTimeout)
		err := f(try, addr)
		cancel()
		if err == nil || denied(err) || ctx.Err() != nil {
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// client returns a client with a transport of its own, and what closes every connection of it.
func (c Config) client() (*kafkago.Client, func()) {
	conns := &connSet{security: c.Security}
	transport := &kafkago.Transport{Dial: conns.dial, ClientID: c.ClientID, MetadataTTL: metadataTTL}
	return &kafkago.Client{Addr: c.addr(), Timeout: requestTimeout, Transport: transport}, func() {
		transport.CloseIdleConnections()
		conns.closeAll()
	}
}
