package broker

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// segmentBytes is where kfake begins a new file of a partition. Starting reads whole files, one of every partition at
// once, so they are kept small.
const segmentBytes = 16 << 20

// ErrAddress is returned by Start for an address to listen on that other machines could reach.
var ErrAddress = errors.New("the embedded Kafka listens on loopback addresses only")

// Options say where the broker keeps its log and where it listens.
type Options struct {
	// Dir is the broker's own folder. It must exist.
	Dir string
	// Listen is a loopback host:port; port 0 takes a free one. Clients keep working over a restart only where it
	// names a port.
	Listen string
	// Logger takes kfake's own log: warnings as warnings, the rest for debugging. nil drops it.
	Logger *slog.Logger
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	ln      *guardListener
	log     *logger
	close   sync.Once
	err     error
}

// Start loads what the folder holds and serves it. It returns once clients can connect.
func Start(o Options) (*Broker, error) {
	if err := checkLoopback(o.Listen); err != nil {
		return nil, err
	}
	log := &logger{to: o.Logger}
	if log.to == nil {
		log.to = slog.New(slog.DiscardHandler)
	}
	if err := prepare(o.Dir, log.to); err != nil {
		return nil, fmt.Errorf("preparing the embedded Kafka's log: %w", err)
	}
	ln, err := listen(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("starting the embedded Kafka: %w", err)
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return ln, nil }),
		kfake.DataDir(o.Dir),
		kfake.SyncWrites(),
		kfake.WithLogger(log),
		kfake.BrokerConfigs(map[string]string{
			"log.segment.bytes": strconv.Itoa(segmentBytes),
			// A record's own time lies in the past in every replayed history, and retention goes by that time.
			"log.retention.ms":    "-1",
			"log.retention.bytes": "-1",
		}),
	)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the embedded Kafka on %s: %w", o.Dir, err), ln.Close())
	}
	return &Broker{cluster: cluster, ln: ln, log: log}, nil
}

// Addr returns the host:port that clients connect to.
func (b *Broker) Addr() string { return b.ln.Addr().String() }

// Close ends all connections, writes the state that makes the next start quick, and waits for both. Nothing that was
// acknowledged depends on it.
func (b *Broker) Close() error {
	b.close.Do(func() {
		b.log.watch()
		b.cluster.Close()
		b.ln.wait()
		if err := b.log.failure(); err != nil {
			b.err = fmt.Errorf("closing the embedded Kafka: %w", err)
		}
	})
	return b.err
}

// checkLoopback refuses an address that is reachable from elsewhere: the broker asks nobody for a password.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("reading the address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%q: %w: use 127.0.0.1:PORT, or a real Kafka for several machines", addr, ErrAddress)
	}
	return nil
}
