package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/rollcall-dev/rollcall/internal/app"
)

// kafkaAccess is how a command reaches a Kafka. A password is better off in the environment or in a file: everybody on a
// machine sees the arguments of its processes.
type kafkaAccess struct {
	TLS          bool   `name:"tls" help:"Encrypt."`
	CA           string `name:"ca" help:"Authorities that may sign the brokers' certificates (PEM); the system's if not given." placeholder:"FILE" type:"path"`
	Cert         string `name:"cert" help:"This client's own certificate (PEM)." placeholder:"FILE" type:"path"`
	Key          string `name:"key" help:"And its key (PEM)." placeholder:"FILE" type:"path"`
	SASL         string `name:"sasl" help:"How to log in: ${enum}." enum:",plain,scram-sha-256,scram-sha-512" default:"" placeholder:"MECHANISM"`
	User         string `name:"user" help:"Who logs in." placeholder:"NAME"`
	Password     string `name:"password" help:"The password; better in the environment or a file." placeholder:"TEXT"`
	PasswordFile string `name:"password-file" help:"Or the file that holds it." placeholder:"FILE" type:"path"`
}

func (k kafkaAccess) config(brokers []string) (app.KafkaConfig, error) {
	password, err := secret("--kafka-password", k.Password, k.PasswordFile)
	if err != nil {
		return app.KafkaConfig{}, err
	}
	for i := range brokers {
		brokers[i] = strings.TrimSpace(brokers[i])
	}
	c := app.KafkaConfig{Brokers: brokers}
	c.Security.TLS, c.Security.CA, c.Security.Cert, c.Security.Key = k.TLS, k.CA, k.Cert, k.Key
	c.Security.SASL, c.Security.User, c.Security.Password = k.SASL, k.User, password
	return c, app.CheckKafka(c)
}

// clickhouseAccess is how a command reaches a ClickHouse.
type clickhouseAccess struct {
	User         string `name:"user" help:"Who logs in, if the address does not say." placeholder:"NAME"`
	Password     string `name:"password" help:"The password; better in the environment or a file." placeholder:"TEXT"`
	PasswordFile string `name:"password-file" help:"Or the file that holds it." placeholder:"FILE" type:"path"`
	CA           string `name:"ca" help:"Authorities that may sign its certificate (PEM), beside the system's; turns TLS on." placeholder:"FILE" type:"path"`
	Cluster      string `name:"cluster" help:"Its cluster, by the name in system.clusters: tables replicated on each shard, distributed ones in front." placeholder:"NAME"`
	HTTP         string `name:"http" help:"Its HTTP interface, for \"rollcall query\"; port 8123, or 8443 with TLS, of the same host if not given." placeholder:"URL"`
}

func (c clickhouseAccess) config(dsn string) (app.ClickHouseConfig, error) {
	password, err := secret("--clickhouse-password", c.Password, c.PasswordFile)
	out := app.ClickHouseConfig{DSN: dsn, HTTP: c.HTTP}
	out.User, out.Password, out.CAFile, out.Cluster = c.User, password, c.CA, c.Cluster
	if err != nil || dsn == "" {
		return out, err
	}
	return out, out.Check()
}

// adminToken is the administrator's token; empty is one that the program makes. What was given has to be long.
func adminToken(text, file string) (string, error) {
	token, err := secret("--token", text, file)
	if err != nil || token == "" {
		return "", err
	}
	return token, app.CheckToken(token)
}

// secret is a text given as it is or as the file that holds it.
func secret(flag, text, file string) (string, error) {
	if file == "" {
		return text, nil
	}
	if text != "" {
		return "", app.Usagef("%s and %s-file are both given: leave one out", flag, flag)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading the file of %s-file: %w", flag, err)
	}
	text = strings.TrimRight(string(b), "\r\n")
	if strings.TrimSpace(text) == "" { // else it would pass for a flag that was not given
		return "", app.Usagef("the file of %s-file, %s, is empty: write the secret into it, or leave the flag out", flag, file)
	}
	return text, nil
}
