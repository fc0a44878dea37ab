package clickhouse

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Options say how to reach a ClickHouse, beside its DSN.
type Options struct {
	User, Password string        // over those of the DSN, so that a secret need not stand in it
	CAFile         string        // PEM certificates that the server's is checked by, beside the system's; turns TLS on
	Cluster        string        // name in system.clusters: replicated tables on each shard, distributed ones in front
	DialTimeout    time.Duration // default 10 s, for a connection from the pool as well
	ReadTimeout    time.Duration // longest silence of a running statement; default 5 min
	Logger         *slog.Logger  // default slog.Default()
}

// DB is a connection pool to one ClickHouse, or to a cluster of them.
type DB struct {
	conn     clickhouse.Conn
	options  *clickhouse.Options
	logger   *slog.Logger
	database string
	cluster  string
}

// forms says what Open takes.
const forms = "write it as clickhouse://user@host:9000/rollcall (the native protocol) or http://user@host:8123/rollcall, with ?secure=true or https for TLS, and several hosts as host1:9000,host2:9000"

var (
	databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	clusterName  = regexp.MustCompile(`^[A-Za-z0-9_.{}-]+$`)
)

// Open makes a pool for a DSN: clickhouse:// (native protocol), http:// or https://, with a user, several hosts, the
// database (default rollcall), and clickhouse-go's parameters or settings of ClickHouse behind the question mark. It does
// not wait for an answer: see [DB.Ping].
func Open(dsn string, o Options) (*DB, error) {
	c, err := parse(dsn)
	if err != nil {
		return nil, err
	}
	d := &DB{options: c, database: cmp.Or(c.Auth.Database, schemas.Database), cluster: o.Cluster, logger: cmp.Or(o.Logger, slog.Default())}
	if !databaseName.MatchString(d.database) {
		return nil, fmt.Errorf("reading the ClickHouse address: %q cannot be the name of a database: use letters, digits and underscores", d.database)
	}
	if o.Cluster != "" && !clusterName.MatchString(o.Cluster) {
		return nil, fmt.Errorf("%q cannot be the name of a ClickHouse cluster: give one that SELECT cluster FROM system.clusters shows", o.Cluster)
	}
	c.Auth.Database = "" // statements name it themselves, as it may not be there yet
	c.Auth.Username, c.Auth.Password = cmp.Or(o.User, c.Auth.Username), cmp.Or(o.Password, c.Auth.Password)
	c.DialTimeout = cmp.Or(o.DialTimeout, c.DialTimeout, 10*time.Second)
	c.ReadTimeout = cmp.Or(o.ReadTimeout, c.ReadTimeout, 5*time.Minute)
	c.MaxOpenConns, c.MaxIdleConns = cmp.Or(c.MaxOpenConns, 16), cmp.Or(c.MaxIdleConns, 8)
	if d.cluster != "" {
		clusterSettings(c.Settings)
	}
	if err := trust(c, o.CAFile); err != nil {
		return nil, err
	}
	addPorts(c)
	if d.conn, err = clickhouse.Open(c); err != nil {
		return nil, fmt.Errorf("opening ClickHouse: %w", err)
	}
	return d, nil
}

// parse is clickhouse-go's, without what it leaves to be found out by a connection that fails.
func parse(dsn string) (*clickhouse.Options, error) {
	scheme, rest, ok := strings.Cut(dsn, "://")
	switch {
	case !ok:
		return nil, errors.New("the ClickHouse address has no scheme: " + forms)
	case scheme == "https" && !strings.Contains(rest, "secure="):
		join := "?"
		if strings.Contains(rest, "?") {
			join = "&"
		}
		dsn += join + "secure=true"
	case scheme != "clickhouse" && scheme != "tcp" && scheme != "http" && scheme != "https":
		return nil, fmt.Errorf("the ClickHouse address has the scheme %q: %s", scheme, forms)
	}
	c, err := clickhouse.ParseDSN(dsn) // its errors hold no password
	if err != nil {
		return nil, fmt.Errorf("reading the ClickHouse address: %w: %s; write special characters of the password as %%XX, or give it apart", err, forms)
	}
	return c, nil
}

// addPorts gives the hosts without a port the usual one, once it is known whether TLS is on.
func addPorts(c *clickhouse.Options) {
	port := "9000"
	switch {
	case c.Protocol == clickhouse.HTTP:
		port = portHTTP(c.TLS)
	case c.TLS != nil:
		port = "9440"
	}
	for i, host := range c.Addr {
		if _, _, err := net.SplitHostPort(host); err != nil {
			c.Addr[i] = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
	}
}

func portHTTP(t *tls.Config) string {
	if t != nil {
		return "8443"
	}
	return "8123"
}

// trust adds the certificates of a file to the system's.
func trust(c *clickhouse.Options, file string) error {
	if file == "" {
		return nil
	}
	if c.Protocol == clickhouse.HTTP && c.TLS == nil {
		return errors.New("a CA file is given for ClickHouse, but its address begins with http: begin it with https")
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading ClickHouse's CA file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("ClickHouse's CA file %s holds no certificate: it has to be in PEM form (BEGIN CERTIFICATE)", file)
	}
	if c.TLS == nil {
		c.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	c.TLS.RootCAs = pool
	return nil
}

// HTTP is ClickHouse's HTTP interface, and how to get in.
type HTTP struct {
	URL            string      // scheme, host and port
	TLS            *tls.Config // nil where the address asks for none
	User, Password string
}

// HTTP tells of the first host's HTTP interface: the address itself, or the usual port of a host of the native protocol.
func (d *DB) HTTP() HTTP {
	u := url.URL{Scheme: "http", Host: d.options.Addr[0]}
	if d.options.TLS != nil {
		u.Scheme = "https"
	}
	if d.options.Protocol != clickhouse.HTTP {
		host, _, _ := net.SplitHostPort(u.Host) // each has a port: see addPorts
		u.Host = net.JoinHostPort(host, portHTTP(d.options.TLS))
	}
	return HTTP{URL: u.String(), TLS: d.options.TLS.Clone(), User: cmp.Or(d.options.Auth.Username, "default"), Password: d.options.Auth.Password}
}

// Database is the read model's database.
func (d *DB) Database() string { return d.database }

// Close closes the pool.
func (d *DB) Close() error { return d.conn.Close() }

// Ping asks for an answer.
func (d *DB) Ping(ctx context.Context) error { return d.explain(d.conn.Ping(ctx)) }
