package app

import (
	"net/http"
	"net/url"
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
	HTTP string // its HTTP interface, for queries in any format; the DSN's host if empty
}

// Check reports what is wrong with it as far as that goes without the server.
func (c ClickHouseConfig) Check() error {
	db, err := clickhouse.Open(c.DSN, c.Options)
	if err != nil {
		return Usagef("%v", err)
	}
	_, err = c.queries(db)
	_ = db.Close()
	return err
}

// queries is ClickHouse's HTTP interface: clickhouse-go knows rows only, and this one any format.
type queries struct {
	client         *http.Client
	base, database string
	user, password string
}

// queries finds the interface: as given, or as the address lets guess.
func (c ClickHouseConfig) queries(db *clickhouse.DB) (queries, error) {
	h := db.HTTP()
	if c.HTTP != "" {
		given, err := url.Parse(c.HTTP)
		if err != nil || given.Host == "" || given.User != nil {
			return queries{}, Usagef("--clickhouse-http is no address without a user: write it like http://HOST:8123")
		}
		h.URL = (&url.URL{Scheme: given.Scheme, Host: given.Host}).String()
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: time.Minute, TLSClientConfig: h.TLS}}
	return queries{client: client, base: h.URL, database: db.Database(), user: h.User, password: h.Password}, nil
}
