package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// box is a real SMTP server that keeps what it was sent.
type box struct {
	address string
	trust   *tls.Config // for its certificate

	mu      sync.Mutex
	refuse  map[string]*smtp.SMTPError // recipient or "DATA" → answer
	got     [][]byte
	to      [][]string
	plain   bool // a message came without encryption
	stalled chan struct{}
}

// Kinds of server.
const (
	startTLS = iota
	implicitTLS
	noTLS
)

func serve(t *testing.T, kind int) *box {
	t.Helper()
	certificate, trust := selfSigned(t)
	b := &box{trust: trust, refuse: map[string]*smtp.SMTPError{}}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{box: b, conn: c}, nil }))
	s.Domain = "localhost"
	s.ErrorLog = quiet{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.address = l.Addr().String()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	switch kind {
	case startTLS:
		s.TLSConfig = config
	case implicitTLS:
		l = tls.NewListener(l, config)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l)
	}()
	t.Cleanup(func() {
		_ = s.Close()
		l.Close() // the server does not know it yet if nobody has come
		<-done
	})
	return b
}

// quiet is a log that nobody reads.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (b *box) take() ([][]byte, [][]string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	got, to := b.got, b.to
	b.got, b.to = nil, nil
	return got, to
}

type session struct {
	box  *box
	conn *smtp.Conn
	user string
	to   []string
}

const password = "pa55 wörd"

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, secret string) error {
		if user != "rollcall" || secret != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no such user"}
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if _, encrypted := s.conn.TLSConnectionState(); !encrypted {
		s.box.plain = true
	} else if s.user == "" {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if no := s.box.refuse[to]; no != nil {
		return no
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	s.box.mu.Lock()
	no, stalled := s.box.refuse["DATA"], s.box.stalled
	s.box.mu.Unlock()
	if stalled != nil {
		<-stalled
	}
	if no != nil {
		return no
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.got, s.box.to = append(s.box.got, body), append(s.box.to, s.to)
	return err
}

func (s *session) Reset()        { s.to = nil }
func (s *session) Logout() error { return nil }

func selfSigned(t *testing.T) (tls.Certificate, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true}
	der, err2 := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	parsed, err3 := x509.ParseCertificate(der)
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, &tls.Config{RootCAs: pool}
}
