package mail

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// server is who takes mail.
type server struct {
	host      string
	port      int
	user      string
	encrypted bool // from the first byte
	open      bool // not at all
}

func (s server) address() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

var errURL = errors.New("mail: its url must be smtp://USER@HOST:587, which STARTTLS encrypts, or smtps://USER@HOST:465, without a password")

// parse never shows what it was given: a password may be in it.
func parse(address string) (server, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return server{}, errURL
	}
	s := server{host: u.Hostname(), port: 587, user: u.User.Username()}
	if _, has := u.User.Password(); has {
		return server{}, errURL
	}
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.encrypted, s.port = true, 465
	default:
		return server{}, errURL
	}
	if text := u.Port(); text != "" {
		if s.port, err = strconv.Atoi(text); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errURL
		}
	}
	switch tls := u.Query().Get("tls"); {
	case u.RawQuery == "":
	case tls == "none" && !s.encrypted:
		s.open = true
	default:
		return server{}, errURL
	}
	return s, nil
}
