package kafka

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const secret = "correct horse"

// certs are a test's own authority and a certificate of 127.0.0.1 for both sides.
type certs struct{ ca, cert, key string }

func newCerts(t *testing.T) certs {
	t.Helper()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cert := file("cert.pem", "CERTIFICATE", der)
	return certs{ca: cert, cert: cert, key: file("key.pem", "PRIVATE KEY", keyDER)}
}

func (c certs) server(t *testing.T, auth tls.ClientAuthType) *tls.Config {
	t.Helper()
	config, err := Security{TLS: true, CA: c.ca, Cert: c.cert, Key: c.key}.tls("")
	if err != nil {
		t.Fatal(err)
	}
	config.ClientAuth, config.ClientCAs = auth, config.RootCAs
	return config
}

// secured starts an embedded broker that asks for a login. Where a password is wrong it answers as Apache Kafka does.
func secured(t *testing.T, o ...kfake.Opt) (*kfake.Cluster, Config) {
	t.Helper()
	o = append(o, kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser("PLAIN", "ada", secret),
		kfake.Superuser("SCRAM-SHA-256", "ada", secret), kfake.Superuser("SCRAM-SHA-512", "ada", secret))
	return fakeCluster(t, o...)
}

func fakeCluster(t *testing.T, o ...kfake.Opt) (*kfake.Cluster, Config) {
	t.Helper()
	c, err := kfake.NewCluster(o...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.ControlKey(int16(kmsg.SASLAuthenticate), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		sent, ok := req.(*kmsg.SASLAuthenticateRequest)
		if !ok || !strings.Contains(string(sent.SASLAuthBytes), "wrong") {
			return nil, nil, false
		}
		resp := sent.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		resp.ErrorCode = kerr.SaslAuthenticationFailed.Code
		return resp, nil, true
	})
	return c, Config{Brokers: c.ListenAddrs(), ClientID: "test"}
}

// roundTrip writes and reads through every kind of connection.
func roundTrip(t *testing.T, cfg Config) {
	t.Helper()
	topic := newTopic(t, cfg, 1)
	if err := newProducer(t, cfg, ProducerOptions{}).Append(ctxOf(t), topic, numbered("a", 3, 30)); err != nil {
		t.Fatal(err)
	}
	if got := readFrom(t, cfg, topic, 0, 0, ReaderOptions{}); len(got) != 3 {
		t.Fatalf("%d records, want 3", len(got))
	}
	runMember(t, cfg, "group-"+topic, topic).waitFor(t, 1)
}

func TestLogin(t *testing.T) {
	files := newCerts(t)
	for _, encrypted := range []bool{false, true} {
		var o []kfake.Opt
		if encrypted {
			o = append(o, kfake.TLS(files.server(t, tls.NoClientCert)))
		}
		_, cfg := secured(t, o...)
		for _, way := range []string{"plain", "scram-sha-256", "scram-sha-512"} {
			t.Run(fmt.Sprintf("%s/tls=%t", way, encrypted), func(t *testing.T) {
				cfg := cfg
				cfg.Security = Security{SASL: way, User: "ada", Password: secret, TLS: encrypted}
				if encrypted {
					cfg.Security.CA = files.ca
				}
				roundTrip(t, cfg)
			})
		}
	}
}

func TestClientCertificate(t *testing.T) {
	files := newCerts(t)
	_, cfg := fakeCluster(t, kfake.NumBrokers(1), kfake.TLS(files.server(t, tls.RequireAndVerifyClientCert)))
	cfg.Security = Security{TLS: true, CA: files.ca, Cert: files.cert, Key: files.key}
	roundTrip(t, cfg)
	cfg.Security.Cert, cfg.Security.Key = "", ""
	checkDenied(t, cfg, "certificate")
}

// checkDenied wants every way in to end with ErrDenied, soon, and with words that help.
func checkDenied(t *testing.T, cfg Config, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	g, err := JoinGroup(cfg, GroupOptions{ID: "g", Topic: "t", Logger: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	_, opened := OpenReader(ctx, cfg, "t", 0, 0, ReaderOptions{})
	_, _, asked := Offsets(ctx, cfg, "t")
	for what, err := range map[string]error{
		"EnsureTopics": EnsureTopics(ctx, cfg, []Topic{{Name: "t", Partitions: 1}}, testLog(t)),
		"Append":       newProducer(t, cfg, ProducerOptions{}).Append(ctx, "t", numbered("a", 1, 1)),
		"OpenReader":   opened, "Offsets": asked,
		"Run": g.Run(ctx, func(context.Context, []int) error { return nil }),
	} {
		if !denied(err) || errors.Is(err, ErrUnavailable) || ctx.Err() != nil {
			t.Errorf("%s: %v, want ErrDenied", what, err)
			continue
		}
		if !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "wrong") {
			t.Errorf("%s: %q, want %q in it and no password", what, err, words)
		}
	}
}

func TestDenied(t *testing.T) {
	files, other := newCerts(t), newCerts(t)
	open := cluster(t)
	login := Security{SASL: "plain", User: "ada", Password: "wrong"}
	t.Run("password", func(t *testing.T) {
		_, cfg := secured(t)
		cfg.Security = login
		checkDenied(t, cfg, "check the user and the password")
	})
	t.Run("mechanism", func(t *testing.T) {
		c, cfg := secured(t)
		c.ControlKey(int16(kmsg.SASLHandshake), func(req kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			sent, ok := req.(*kmsg.SASLHandshakeRequest)
			if !ok || sent.Mechanism != "SCRAM-SHA-512" {
				return nil, nil, false
			}
			resp := sent.ResponseKind().(*kmsg.SASLHandshakeResponse)
			resp.ErrorCode = kerr.UnsupportedSaslMechanism.Code
			resp.SupportedMechanisms = []string{"PLAIN"}
			return resp, nil, true
		})
		cfg.Security = Security{SASL: "scram-sha-512", User: "ada", Password: secret}
		checkDenied(t, cfg, "it offers PLAIN")
	})
	_, encrypted := fakeCluster(t, kfake.NumBrokers(1), kfake.TLS(files.server(t, tls.NoClientCert)))
	t.Run("authority", func(t *testing.T) {
		encrypted.Security = Security{TLS: true, CA: other.ca}
		checkDenied(t, encrypted, "authority that signed it")
	})
	t.Run("name", func(t *testing.T) {
		_, port, err := net.SplitHostPort(encrypted.Brokers[0])
		if err != nil {
			t.Fatal(err)
		}
		cfg := encrypted
		cfg.Brokers = []string{"localhost:" + port}
		cfg.Security = Security{TLS: true, CA: files.ca}
		checkDenied(t, cfg, "by the names in it")
	})
	t.Run("no TLS there", func(t *testing.T) { // it closes the connection, which may be for many reasons
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		open.Security = Security{TLS: true, CA: files.ca}
		_, err := OpenReader(ctx, open, "t", 0, 0, ReaderOptions{})
		if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "speak TLS") {
			t.Errorf("%v, want ErrUnavailable and a hint", err)
		}
	})
}

func TestSecurityCheck(t *testing.T) {
	files := newCerts(t)
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	for words, s := range map[string]Security{
		"turn TLS on":               {CA: files.ca},
		"give the other one too":    {TLS: true, Cert: files.cert},
		"choose plain":              {User: "ada", Password: secret},
		"give both":                 {SASL: "plain", User: "ada"},
		"no way to log in to Kafka": {SASL: "kerberos", User: "ada", Password: secret},
		"SCRAM does not allow":      {SASL: "scram-sha-256", User: "ada", Password: "correct horse\x00"},
		"no such file":              {TLS: true, CA: filepath.Join(t.TempDir(), "none")},
		"holds no certificate":      {TLS: true, CA: junk},
		"the client certificate":    {TLS: true, Cert: files.cert, Key: junk},
	} {
		cfg := Config{Brokers: []string{"127.0.0.1:1"}, Security: s}
		if err := cfg.check(); err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), secret) {
			t.Errorf("%v, want %q in it and no password", err, words)
		}
	}
	cfg := Config{Brokers: []string{"127.0.0.1:1"}, Security: Security{SASL: "plain", User: "ada", Password: secret}}
	if err := cfg.check(); err != nil {
		t.Error(err)
	}
	asJSON, err := json.Marshal(cfg)
	if shown := fmt.Sprintf("%v %+v %v %+v %s", cfg, cfg, cfg.Security, cfg.Security, asJSON); err != nil || strings.Contains(shown, secret) {
		t.Errorf("the password shows: %s, %v", shown, err)
	}
	if !denied(fmt.Errorf("joining: %w", kafkago.GroupAuthorizationFailed)) || denied(kafkago.RebalanceInProgress) || denied(nil) {
		t.Error("authorization is told wrongly from what passes")
	}
}
