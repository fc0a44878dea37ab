package post

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
)

const mostAnswer = 64 << 10

// Poster posts to one address.
type Poster struct {
	service string
	address *url.URL
	secrets *strings.Replacer
	client  *http.Client
}

// New checks an address of a service, which is named in errors. Secrets are texts besides the address that no error may
// show, even if the service repeats them.
func New(service, address string, secrets ...string) (*Poster, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%s: its url must be a whole http or https address, as the service shows it", service)
	}
	u.Fragment = ""
	return &Poster{service: service + " at " + u.Scheme + "://" + u.Host, address: u, secrets: hide(u, secrets),
		client: &http.Client{
			Timeout: alerts.Timeout,
			// A redirect would take the body, and with it names of members, to an address that nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				Proxy:                  http.ProxyFromEnvironment,
				DialContext:            (&net.Dialer{Timeout: alerts.Timeout}).DialContext,
				ForceAttemptHTTP2:      true,
				DisableKeepAlives:      true, // alerts are rare: nothing stays open between them
				MaxResponseHeaderBytes: mostAnswer,
			},
		}}, nil
}

// hide replaces what is secret in an address, longest first as they are listed.
func hide(u *url.URL, more []string) *strings.Replacer {
	texts := []string{u.String(), u.RequestURI()}
	if len(u.Path) > 1 {
		texts = append(texts, u.EscapedPath(), u.Path)
	}
	for _, values := range u.Query() {
		texts = append(texts, values...)
	}
	if u.User != nil {
		password, _ := u.User.Password()
		texts = append(texts, u.User.String(), password)
	}
	var pairs []string
	for _, text := range append(texts, more...) {
		if len(text) > 1 {
			pairs = append(pairs, text, "…")
		}
	}
	return strings.NewReplacer(pairs...)
}

// Post sends body, with more in the query and in the header, and returns what a 2xx answered, cut at 64 KiB.
func (p *Poster) Post(ctx context.Context, query url.Values, header http.Header, body []byte) ([]byte, error) {
	u := *p.address
	if len(query) > 0 {
		q := u.Query()
		for key, values := range query {
			q[key] = values
		}
		u.RawQuery = q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, alerts.Mistake(fmt.Errorf("%s: its url cannot be used", p.service))
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Rollcall")
	for key, values := range header {
		req.Header[http.CanonicalHeaderKey(key)] = values
	}
	res, err := p.client.Do(req)
	if err != nil {
		return nil, p.Fail(bare(err))
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		return nil, p.Fail(fmt.Errorf("reading its answer: %w", bare(err)))
	}
	return answer, p.judge(res, answer)
}

// bare takes the address off an error of net/http, and says plainly what happens most.
func bare(err error) error {
	e, ok := errors.AsType[*url.Error](err)
	switch {
	case ok && e.Timeout():
		return &told{fmt.Sprintf("no answer within %v", alerts.Timeout), e.Err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &told{"it closed the connection without a whole answer", err}
	case ok:
		return e.Err
	}
	return err
}

// Fail names the service in an error and hides what is secret.
func (p *Poster) Fail(err error) error {
	return &told{text: p.service + ": " + p.secrets.Replace(err.Error()), err: err}
}

// told is an error with a text that may be shown; what it wraps is for errors.Is only.
type told struct {
	text string
	err  error
}

func (t *told) Error() string { return t.text }
func (t *told) Unwrap() error { return t.err }

func (p *Poster) judge(res *http.Response, answer []byte) error {
	status := res.StatusCode
	if status >= 200 && status < 300 {
		return nil
	}
	err := p.Fail(fmt.Errorf("it answered %d%s", status, p.Excerpt(answer)))
	switch {
	case status >= 300 && status < 400:
		return alerts.Mistake(p.Fail(fmt.Errorf("it answered %d, a redirect, which is not followed: configure the address it leads to", status)))
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return alerts.Busy(err, retryAfter(res))
	}
	return alerts.Mistake(err)
}

// retryAfter reads seconds or a date, which is seen against the answer's own clock.
func retryAfter(res *http.Response) time.Duration {
	text := strings.TrimSpace(res.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(at.Sub(now), 0)
}

// Excerpt is the beginning of an answer without what is secret, on one line, in the form in which it follows a status;
// empty for none.
func (p *Poster) Excerpt(answer []byte) string {
	const most = 200
	text := p.secrets.Replace(string(answer)) // first, lest half of a secret stay
	text = strings.ToValidUTF8(text[:min(len(text), most)], "")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text))
	if text == "" {
		return ""
	}
	return ": " + text
}
