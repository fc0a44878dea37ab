package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/saslauthenticate"
	"github.com/segmentio/kafka-go/protocol/saslhandshake"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// Security says how to reach a cluster that is not open to everybody. The zero value is plain TCP without a login.
type Security struct {
	// TLS encrypts. The files are PEM, read anew for each connection, so a renewed certificate needs no restart.
	TLS bool
	// CA holds the authorities that may sign the brokers' certificates; empty: the system's.
	CA string
	// Cert and Key are this client's own certificate, where the brokers ask for one.
	Cert, Key string
	// SASL is the way to log in: "" (none), "plain", "scram-sha-256" or "scram-sha-512".
	SASL     string
	User     string
	Password string `json:"-"`
}

// ErrDenied marks a cluster that does not let this client in, or that this client does not trust. The error says what to
// change. Trying again does not help, unless it went well before: a Group and a Producer that were let in once try on.
var ErrDenied = errors.New("no access to Kafka")

// String leaves the password out.
func (s Security) String() string {
	return fmt.Sprintf("tls=%t sasl=%q user=%q", s.TLS, s.SASL, s.User)
}

func (s Security) check() error {
	switch {
	case !s.TLS && (s.CA != "" || s.Cert != "" || s.Key != ""):
		return errors.New("a certificate file is given for Kafka, but TLS is off: turn TLS on, or leave the files out")
	case (s.Cert == "") != (s.Key == ""):
		return errors.New("a client certificate for Kafka needs both its certificate and its key file: give the other one too")
	case s.SASL == "" && (s.User != "" || s.Password != ""):
		return errors.New("a user is given for Kafka, but no way to log in: choose plain, scram-sha-256 or scram-sha-512")
	case s.SASL != "" && (s.User == "" || s.Password == ""):
		return fmt.Errorf("logging in to Kafka by %s needs a user and a password: give both", s.SASL)
	}
	if _, err := s.tlsNow(""); err != nil {
		return err
	}
	_, err := s.mechanism()
	return err
}

func (s Security) mechanism() (m sasl.Mechanism, err error) {
	switch s.SASL {
	case "":
		return nil, nil
	case "plain":
		return plain.Mechanism{Username: s.User, Password: s.Password}, nil
	case "scram-sha-256":
		m, err = scram.Mechanism(scram.SHA256, s.User, s.Password)
	case "scram-sha-512":
		m, err = scram.Mechanism(scram.SHA512, s.User, s.Password)
	default:
		return nil, fmt.Errorf("%q is no way to log in to Kafka that is known here: choose plain, scram-sha-256 or scram-sha-512", s.SASL)
	}
	if err != nil {
		return nil, errors.New("the Kafka user or password has characters that SCRAM does not allow: choose others")
	}
	return m, nil
}

// tls returns nil where TLS is off.
func (s Security) tls(host string) (*tls.Config, error) {
	if !s.TLS {
		return nil, nil
	}
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if s.CA != "" {
		pem, err := os.ReadFile(s.CA)
		if err != nil {
			return nil, fmt.Errorf("reading the authority that signs Kafka's certificates: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate: give the authority's certificate as a PEM file", s.CA)
		}
	}
	if s.Cert != "" {
		pair, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		if err != nil {
			return nil, fmt.Errorf("reading the client certificate for Kafka: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// lastGood holds, by the names of their files, the certificates that could be read last. Renewing them replaces one file
// after the other.
var lastGood sync.Map // of *goodTLS

type goodTLS struct {
	config *tls.Config
	told   atomic.Bool // that newer files cannot be read
}

// tlsNow is tls, but where the files cannot be read now and could be before, it goes on with what they held.
func (s Security) tlsNow(host string) (*tls.Config, error) {
	files := [3]string{s.CA, s.Cert, s.Key}
	config, err := s.tls(host)
	if err == nil {
		if config != nil {
			lastGood.Store(files, &goodTLS{config: config})
		}
		return config, nil
	}
	v, ok := lastGood.Load(files)
	if !ok {
		return nil, err
	}
	good, _ := v.(*goodTLS)
	if !good.told.Swap(true) {
		slog.Warn("Kafka's certificate files cannot be read; going on with what they held before", "error", err)
	}
	config = good.config.Clone()
	config.ServerName = host
	return config, nil
}

// secure turns a fresh connection into one that is encrypted and logged in. Doing it here, and not by the client
// library, lets a refusal be told from a broken network on every kind of connection.
func (s Security) secure(ctx context.Context, conn net.Conn, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	config, err := s.tlsNow(host)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDenied, err)
	}
	if config != nil {
		encrypted := tls.Client(conn, config)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, tlsError(addr, err)
		}
		conn = encrypted
	}
	mechanism, err := s.mechanism()
	if err != nil || mechanism == nil {
		return conn, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	err = s.login(ctx, conn, addr, mechanism)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	return conn, err
}

func (s Security) login(ctx context.Context, conn net.Conn, addr string, mechanism sasl.Mechanism) error {
	c := protocol.NewConn(conn, "")
	c.SetVersions(map[protocol.ApiKey]int16{protocol.SaslHandshake: 1, protocol.SaslAuthenticate: 1})
	answer, err := c.RoundTrip(&saslhandshake.Request{Mechanism: mechanism.Name()})
	if err != nil {
		return fmt.Errorf("asking %s to log in: %w", addr, err)
	}
	if hello, ok := answer.(*saslhandshake.Response); ok && hello.ErrorCode != 0 {
		return fmt.Errorf("%w: %s does not offer %s, it offers %s: choose one of these, or the port of another listener",
			ErrDenied, addr, mechanism.Name(), strings.Join(hello.Mechanisms, ", "))
	}
	session, message, err := mechanism.Start(ctx)
	for done := false; err == nil && !done; {
		answer, failed := c.RoundTrip(&saslauthenticate.Request{AuthBytes: message})
		if failed != nil {
			return fmt.Errorf("logging in to %s: %w", addr, failed)
		}
		reply, ok := answer.(*saslauthenticate.Response)
		if !ok || reply.ErrorCode != 0 {
			return fmt.Errorf("%w: %s refuses user %q by %s: check the user and the password", ErrDenied, addr, s.User, mechanism.Name())
		}
		done, message, err = session.Next(ctx, reply.AuthBytes)
	}
	if err != nil {
		// Its text may hold what was exchanged.
		return fmt.Errorf("%w: %s does not prove that it knows user %q: check the user and the password", ErrDenied, addr, s.User)
	}
	return nil
}

// tlsError says what to do about a handshake that failed.
func tlsError(addr string, err error) error {
	var (
		record    tls.RecordHeaderError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		verify    *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &record):
		return fmt.Errorf("%w: %s does not speak TLS: turn TLS off, or give the port of its TLS listener", ErrDenied, addr)
	case errors.As(err, &authority):
		return fmt.Errorf("%w: the certificate of %s is signed by nobody known here: give the file of the authority that signed it: %w", ErrDenied, addr, err)
	case errors.As(err, &name):
		return fmt.Errorf("%w: the certificate of %s is for another name: give the brokers by the names in it: %w", ErrDenied, addr, err)
	case errors.As(err, &verify), refusedByAlert(err):
		return fmt.Errorf("%w: TLS with %s failed: check the authority's file and the client certificate: %w", ErrDenied, addr, err)
	}
	// A broker that stops closes connections too.
	return fmt.Errorf("TLS with %s (should this last: does that port speak TLS?): %w", addr, err)
}

// refusedByAlert recognizes the broker's no, which may come as late as the first answer.
func refusedByAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// denied says whether a cluster does not let this client in, or not do what it asked.
func denied(err error) bool {
	return errors.Is(err, ErrDenied) || refusedByAlert(err) || errors.Is(err, kafkago.TopicAuthorizationFailed) ||
		errors.Is(err, kafkago.GroupAuthorizationFailed) || errors.Is(err, kafkago.ClusterAuthorizationFailed)
}

// orDenied marks an error as passing by itself, unless the cluster does not let this client in.
func orDenied(err error) error {
	if denied(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
