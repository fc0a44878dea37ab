package app

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/kafka"
)

// KafkaConfig says where a Kafka is and how to get in.
type KafkaConfig = kafka.Config

// CheckKafka reports what is wrong with it as far as that goes without the cluster.
func CheckKafka(c KafkaConfig) error {
	if err := c.Check(); err != nil {
		return Usagef("%v", err)
	}
	return nil
}

// ClickHouseConfig says where a ClickHouse is and how to get in.
type ClickHouseConfig struct {
	DSN string
	clickhouse.Options
	HTTP string // its HTTP interface, for queries in any format; as the DSN lets guess if empty
}

// Check reports what is wrong with it as far as that goes without the server.
func (c ClickHouseConfig) Check() error {
	db, err := clickhouse.Open(c.DSN, c.Options)
	if err != nil {
		return Usagef("%v", err)
	}
	_, err = c.queries(db.Database())
	_ = db.Close()
	return err
}

// The ports of ClickHouse's HTTP interface.
const (
	portHTTP  = "8123"
	portHTTPS = "8443"
)

// queries is ClickHouse's HTTP interface: clickhouse-go knows rows only, and this one any format.
type queries struct {
	client         *http.Client
	base, database string
	user, password string
}

// queries finds the interface: as given, or as the DSN lets guess. Its errors repeat nothing of the DSN.
func (c ClickHouseConfig) queries(database string) (queries, error) {
	scheme, rest, _ := strings.Cut(c.DSN, "://")
	host, _, _ := strings.Cut(rest, ",") // the first of several
	rest = host
	if _, parameters, ok := strings.Cut(c.DSN, "?"); ok && !strings.Contains(rest, "?") {
		rest += "/?" + parameters
	}
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil || u.Host == "" {
		return queries{}, Usagef("--clickhouse is no address: write it like clickhouse://USER@HOST:9000 or http://HOST:8123")
	}
	parameters := u.Query()
	q := queries{database: database, user: cmp.Or(c.User, u.User.Username(), parameters.Get("username"))}
	password, _ := u.User.Password()
	q.password = cmp.Or(c.Password, password, parameters.Get("password"))
	secure := scheme == "https" || parameters.Get("secure") == "true" || c.CAFile != ""
	base := url.URL{Scheme: "http", Host: u.Host}
	port := portHTTP
	if secure {
		base.Scheme, port = "https", portHTTPS
	}
	if !strings.HasPrefix(scheme, "http") || u.Port() == "" {
		base.Host = net.JoinHostPort(u.Hostname(), port)
	}
	if c.HTTP != "" {
		given, err := url.Parse(c.HTTP)
		if err != nil || given.Host == "" || given.User != nil {
			return queries{}, Usagef("--clickhouse-http is no address without a user: write it like http://HOST:8123")
		}
		base = url.URL{Scheme: given.Scheme, Host: given.Host}
	}
	q.base = base.String()
	q.client, err = c.httpClient(parameters.Get("skip_verify") == "true")
	return q, err
}

func (c ClickHouseConfig) httpClient(trustAll bool) (*http.Client, error) {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: time.Minute,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: trustAll}} //nolint:gosec // the address asks for it
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, Usagef("reading ClickHouse's CA file: %v", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		pool.AppendCertsFromPEM(pem)
		t.TLSClientConfig.RootCAs = pool
	}
	return &http.Client{Transport: t}, nil
}
