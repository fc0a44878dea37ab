package kafka

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestHalfRenewedCertificate reads a certificate whose key is not there yet: what was read before goes on.
func TestHalfRenewedCertificate(t *testing.T) {
	files, renewed := newCerts(t), newCerts(t)
	_, cfg := fakeCluster(t, kfake.NumBrokers(1), kfake.TLS(files.server(t, tls.RequireAndVerifyClientCert)))
	cfg.Security = Security{TLS: true, CA: files.ca, Cert: files.cert, Key: files.key}
	topic := newTopic(t, cfg, 1)
	half, err := os.ReadFile(renewed.cert)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files.cert, half, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Offsets(ctxOf(t), cfg, topic); err != nil {
		t.Error(err)
	}
	if _, err := cfg.Security.tls(""); err == nil {
		t.Error("the files fit each other")
	}
}

// TestRefusedAfterASuccess has a broker that refuses a login it took before, for a while.
func TestRefusedAfterASuccess(t *testing.T) {
	c, cfg := secured(t)
	cfg.Security = Security{SASL: "plain", User: "ada", Password: secret}
	topic := newTopic(t, cfg, 1)
	var refuse atomic.Bool
	refused := make(chan struct{}, 1000)
	c.ControlKey(int16(kmsg.SASLAuthenticate), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if !refuse.Load() {
			return nil, nil, false
		}
		select {
		case refused <- struct{}{}:
		default:
		}
		resp := req.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		resp.ErrorCode = kerr.SaslAuthenticationFailed.Code
		return resp, nil, true
	})
	p := newProducer(t, cfg, ProducerOptions{})
	if err := p.Append(ctxOf(t), topic, numbered("a", 1, 1)); err != nil {
		t.Fatal(err)
	}
	m := runMember(t, cfg, "group-"+topic, topic)
	m.waitFor(t, 1)

	refuse.Store(true)
	c.ControlKey(int16(kmsg.Heartbeat), func(req kmsg.Request) (kmsg.Response, error, bool) { // once: the generation ends
		resp := req.ResponseKind().(*kmsg.HeartbeatResponse)
		resp.ErrorCode = kerr.RebalanceInProgress.Code
		return resp, nil, true
	})
	for range 3 {
		select {
		case <-refused:
		case <-ctxOf(t).Done():
			t.Fatal("nobody was refused")
		}
	}
	login, acl := fmt.Errorf("appending: %w", ErrDenied), kafkago.TopicAuthorizationFailed
	if fresh, q := newProducer(t, cfg, ProducerOptions{}), p.topics[topic][0]; p.refused(q, login) || p.refused(q, acl) ||
		!fresh.refused(&queue{}, login) || !fresh.refused(&queue{}, acl) || !p.refused(&queue{}, acl) {
		t.Error("only a refusal before the first success is for good")
	}

	refuse.Store(false)
	m.waitFor(t, 1)
	if err := p.Append(ctxOf(t), topic, numbered("c", 1, 1)); err != nil {
		t.Error(err)
	}
}
