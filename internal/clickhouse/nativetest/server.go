package nativetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/ClickHouse/ch-go/proto"
)

// revision is the newest that clickhouse-go knows: parameters travel on their own from 54459 on.
const revision = proto.Version

// Options are those of a [Server].
type Options struct {
	HTTP           string // host:port of the engine's HTTP interface
	User, Password string // "" takes anyone
	TLS            *tls.Config
}

// Server speaks the native protocol until its test ends.
type Server struct {
	o        Options
	listener net.Listener
	ctx      context.Context
	wg       sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// Start listens on a free port.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.TLS != nil {
		l = tls.NewListener(l, o.TLS)
	}
	ctx, end := context.WithCancel(context.Background())
	s := &Server{o: o, listener: l, ctx: ctx, conns: map[net.Conn]bool{}}
	s.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[c] = true
			s.mu.Unlock()
			s.wg.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		end()
		_ = l.Close()
		s.Drop()
		s.wg.Wait()
	})
	return s
}

// Addr is the host:port to dial.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Drop breaks all connections off.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// session is one connection. Packets are read by the goroutine that serves it, or while a statement runs by one that
// waits for a cancel.
type session struct {
	*Server
	conn net.Conn
	in   *proto.Reader
	out  proto.Buffer
}

func (s *Server) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	x := &session{Server: s, conn: c, in: proto.NewReader(bufio.NewReader(c))}
	if err := x.hello(); err != nil {
		return
	}
	for { // until the client goes or what it sends is not understood
		code, err := x.in.UVarInt()
		if err != nil {
			return
		}
		switch proto.ClientCode(code) {
		case proto.ClientCodePing:
			x.out.PutByte(byte(proto.ServerCodePong))
			err = x.flush()
		case proto.ClientCodeQuery:
			err = x.query()
		default:
			return
		}
		if err != nil {
			return
		}
	}
}

func (x *session) hello() error {
	code, err := x.in.UVarInt()
	if err != nil || proto.ClientCode(code) != proto.ClientCodeHello {
		return errors.New("no hello")
	}
	var h proto.ClientHello
	if err := h.Decode(x.in); err != nil {
		return err
	}
	if x.o.User != "" && (h.User != x.o.User || h.Password != x.o.Password) {
		text := h.User + ": Authentication failed: password is incorrect, or there is no user with such name."
		return errors.Join(x.fail(&engineError{code: 516, text: text}), errors.New("refused"))
	}
	(&proto.ServerHello{Name: "nativetest", Major: 26, Minor: 7, Patch: 3, Revision: revision, Timezone: "UTC", DisplayName: "nativetest"}).EncodeAware(&x.out, revision)
	if err := x.flush(); err != nil {
		return err
	}
	_, err = x.in.Str() // the addendum: a quota's key
	return err
}

func (x *session) flush() error {
	defer x.out.Reset()
	_, err := x.conn.Write(x.out.Buf)
	return err
}

// fail sends an exception.
func (x *session) fail(err error) error {
	e := &engineError{code: 1002, text: err.Error()}
	errors.As(err, &e)
	x.out.Reset()
	x.out.PutByte(byte(proto.ServerCodeException))
	(&proto.Exception{Code: proto.Error(e.code), Name: "DB::Exception", Message: e.text}).EncodeAware(&x.out, revision)
	return x.flush()
}

// engineError is an exception of the engine.
type engineError struct {
	code int
	text string
}

func (e *engineError) Error() string { return fmt.Sprintf("code %d: %s", e.code, e.text) }
