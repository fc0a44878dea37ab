package broker

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxRequestBytes is the largest request that is read, Kafka's own socket.request.max.bytes.
const maxRequestBytes = 100 << 20

// guardListener stands between the network and kfake, which believes the length and the kind that a request claims:
// a browser's GET would make it reserve a gigabyte, and an unknown kind would end the process.
type guardListener struct {
	net.Listener
	open sync.WaitGroup
}

func listen(addr string) (*guardListener, error) {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &guardListener{Listener: ln}, nil
}

// Accept implements net.Listener.
func (l *guardListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return &guardConn{Conn: conn, r: bufio.NewReader(conn), closed: l.open.Done}, nil
}

// wait returns when every connection is closed.
func (l *guardListener) wait() { l.open.Wait() }

// guardConn checks the head of each request before any byte of it is handed on.
type guardConn struct {
	net.Conn
	r      *bufio.Reader
	left   int // bytes of the current request still to hand on
	once   sync.Once
	closed func()
}

// Read implements net.Conn. It fails at the first request that is none, which makes kfake close the connection.
func (c *guardConn) Read(p []byte) (int, error) {
	if c.left == 0 {
		// Four bytes of length, then the kind and its version: the head of every request.
		head, err := c.r.Peek(8)
		if err != nil {
			return 0, err
		}
		size, err := checkHead(head)
		if err != nil {
			return 0, err
		}
		c.left = 4 + size
	}
	n, err := c.r.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// Close implements net.Conn.
func (c *guardConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.closed)
	return err
}

// checkHead returns the number of bytes that follow the length.
func checkHead(head []byte) (int, error) {
	size := binary.BigEndian.Uint32(head)
	key, version := int16(binary.BigEndian.Uint16(head[4:])), int16(binary.BigEndian.Uint16(head[6:]))
	if size < 4 || size > maxRequestBytes {
		return 0, fmt.Errorf("a request of %d bytes", size)
	}
	req := kmsg.RequestForKey(key)
	// A client may ask for a version that is too new only of ApiVersions, to learn what there is.
	if req == nil || version < 0 || (version > req.MaxVersion() && kmsg.Key(key) != kmsg.ApiVersions) {
		return 0, fmt.Errorf("a request of unknown kind %d version %d", key, version)
	}
	return int(size), nil
}
