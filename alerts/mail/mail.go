package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/rollcall-dev/rollcall/alerts"
)

// Config is a receiver. URL is smtp://user@host:587 or smtps://user@host:465, without a password; To has at least one
// address. TLS may be nil.
type Config struct {
	URL      string
	Password string
	From     string
	To       []string
	TLS      *tls.Config
}

// Channel is a receiver of e-mail.
type Channel struct {
	server   server
	password string
	from     *mail.Address
	to       []*mail.Address
	tls      *tls.Config
	now      func() time.Time
}

// New checks a configuration; nothing is sent yet.
func New(c Config) (*Channel, error) {
	s, err := parse(c.URL)
	if err != nil {
		return nil, err
	}
	password := strings.TrimSpace(c.Password)
	switch {
	case (s.user == "") != (password == ""):
		return nil, errors.New("mail: a user in the url (smtp://USER@HOST:PORT) and a password as the secret go together: give both or neither")
	case password != "" && s.open:
		return nil, errors.New("mail: with ?tls=none a password would be readable on its way: leave out one of them")
	case len(c.To) == 0:
		return nil, errors.New("mail: to has no address")
	}
	channel := &Channel{server: s, password: password, tls: c.TLS, now: time.Now}
	if channel.from, err = mail.ParseAddress(c.From); err != nil {
		return nil, fmt.Errorf("mail: from is %q, which is no address: %w", c.From, err)
	}
	for _, to := range c.To {
		address, err := mail.ParseAddress(to)
		if err != nil {
			return nil, fmt.Errorf("mail: to has %q, which is no address: %w", to, err)
		}
		channel.to = append(channel.to, address)
	}
	return channel, nil
}

// Send implements alerts.Channel. If a server refuses one of the recipients, none is sent the message.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	if len(m.Alerts) == 0 {
		return alerts.Mistake(errors.New("mail: a message without alerts"))
	}
	message, err := c.message(m)
	if err != nil {
		return alerts.Mistake(fmt.Errorf("mail: %w", err))
	}
	ctx, cancel := context.WithTimeout(ctx, alerts.Timeout)
	defer cancel()
	if err := c.deliver(ctx, message); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = fmt.Errorf("%w: %w", cause, err)
		}
		err = fmt.Errorf("mail by %s: %w", c.server.address(), err)
		if code(err) >= 500 {
			return alerts.Mistake(err)
		}
		return err
	}
	return nil
}

// deliver owns the connection: the library leaves one open that fails before the message, and waits for ctx only then.
func (c *Channel) deliver(ctx context.Context, message *gomail.Msg) error {
	var connection net.Conn
	defer func() {
		if connection != nil {
			connection.Close()
		}
	}()
	options := []gomail.Option{
		gomail.WithPort(c.server.port), gomail.WithTimeout(alerts.Timeout), gomail.WithTLSPolicy(gomail.TLSMandatory),
		gomail.WithTLSConfig(c.tlsConfig()),
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			plain, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			connection = plain
			if !c.server.encrypted {
				return plain, nil
			}
			encrypted := tls.Client(plain, c.tlsConfig())
			err = encrypted.HandshakeContext(ctx)
			return encrypted, err
		}),
	}
	if c.server.open || c.server.encrypted {
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS)) // no STARTTLS
	}
	if c.password != "" {
		options = append(options, gomail.WithUsername(c.server.user), gomail.WithPassword(c.password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	client, err := gomail.NewClient(c.server.host, options...)
	if err != nil {
		return err
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { connection.Close() })()
	if err := client.SendWithSMTPClient(session, message); err != nil {
		return err
	}
	_ = client.CloseWithSMTPClient(session) // the server has the message, however the good-bye goes
	return nil
}

func (c *Channel) tlsConfig() *tls.Config {
	config := &tls.Config{}
	if c.tls != nil {
		config = c.tls.Clone()
	}
	config.ServerName, config.MinVersion = c.server.host, tls.VersionTLS12
	return config
}

// code is what the server answered, 0 if it was not the server who failed.
func code(err error) int {
	if e, ok := errors.AsType[*gomail.SendError](err); ok && e.ErrorCode() != 0 {
		return e.ErrorCode()
	}
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}
