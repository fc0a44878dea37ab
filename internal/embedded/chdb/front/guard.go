package front

import (
	"errors"
	"net"
	"net/http"
	"strings"
)

var (
	errOrigin = errors.New("requests from web pages are refused: this port serves local programs only")
	errHost   = errors.New("the Host of the request is not this machine: use 127.0.0.1, [::1] or localhost")
)

// guard refuses what a browser could be tricked into sending. A page cannot
// leave out Origin on a POST, and a rebound host name shows in Host; a GET
// carries no Origin, so Sec-Fetch-Site is looked at too and GET changes nothing.
func guard(r *http.Request) error {
	if len(r.Header.Values("Origin")) > 0 {
		return errOrigin
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return errOrigin
	}
	if !LoopbackHost(r.Host) {
		return errHost
	}
	return nil
}

// LoopbackHost says whether a host, with or without a port, names this machine's
// loopback interface without asking a resolver.
func LoopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
