package clickhouse

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
)

// ClickHouse's error codes that a person can do something about.
const (
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
	codeTimeout         = 159
	codeReadOnly        = 164
	codeUnknownUser     = 192
	codeWrongPassword   = 193
	codeNeedsPassword   = 194
	codeTooFewReplicas  = 285
	codeAccess          = 497
	codeAuthentication  = 516
	codeNoCluster       = 701
)

const otherPort = "clickhouse:// is for ClickHouse's native port (9000, with TLS 9440), http:// for 8123 and https:// for 8443"

// explain adds to an error what to do about it, where that is known.
func (d *DB) explain(err error) error {
	if err == nil {
		return nil
	}
	if hint := d.hint(err); hint != "" {
		return fmt.Errorf("%w: %s", err, hint)
	}
	return err
}

func (d *DB) hint(err error) string {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return d.hintOf(exception.Code)
	}
	where := strings.Join(d.options.Addr, ", ")
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var dial *net.OpError
	text := err.Error()
	switch {
	case errors.As(err, &authority):
		return "ClickHouse's certificate is of an authority that this machine does not know: give its CA file"
	case errors.As(err, &name):
		return "use the host name that ClickHouse's certificate is for, or ?tls_server_name="
	case strings.Contains(text, "first record does not look like a TLS handshake"), strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "the port speaks no TLS: take its TLS port (native 9440, HTTPS 8443), or leave secure=true and https out"
	case strings.Contains(text, "unexpected packet"), strings.Contains(text, "malformed HTTP response"):
		return "the port speaks the other protocol: " + otherPort
	case strings.HasPrefix(text, "handshake:") && errors.Is(err, os.ErrDeadlineExceeded):
		return "something at " + where + " took the connection and said nothing: " + otherPort
	case errors.As(err, &dial) && dial.Op == "dial", errors.Is(err, clickhouse.ErrAcquireConnTimeout):
		return "is ClickHouse running at " + where + ", and may this machine reach it?"
	case errors.Is(err, io.EOF) && d.options.TLS == nil && (strings.HasPrefix(text, "handshake:") || strings.Contains(text, "server hello")):
		return "the server at " + where + " hung up: a TLS port needs secure=true or https, and " + otherPort
	}
	return ""
}

func (d *DB) hintOf(code int32) string {
	switch code {
	case codeUnknownUser, codeWrongPassword, codeNeedsPassword, codeAuthentication:
		return fmt.Sprintf("check the user (%q here) and the password for ClickHouse", d.options.Auth.Username)
	case codeAccess, codeReadOnly:
		return fmt.Sprintf("the ClickHouse user %q may not do this: GRANT ALL ON %s.* TO it, and CLUSTER, REMOTE ON *.* where a cluster is named", d.options.Auth.Username, d.database)
	case codeUnknownTable, codeUnknownDatabase:
		return "the read model is not there: run `rollcall migrate`"
	case codeNoCluster:
		return "give the name of a cluster that SELECT cluster FROM system.clusters shows"
	case codeTooFewReplicas:
		return "an insert counts once most replicas of its shard have it: bring them back, or lower insert_quorum in the address"
	case codeTimeout:
		return "some host of the cluster has not done it yet: see system.distributed_ddl_queue"
	}
	return ""
}
