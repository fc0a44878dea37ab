package mail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, b *box, scheme, user, query string) *Channel {
	t.Helper()
	c := Config{URL: scheme + "://" + user + b.address + query, From: "Rollcall <rollcall@acme.example>",
		To: []string{"li@acme.example", "Ann <ann@acme.example>"}, TLS: b.trust}
	if user != "" {
		c.Password = password + "\n"
	}
	channel, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	channel.now = func() time.Time { return time.Date(2026, 3, 2, 8, 5, 1, 0, time.UTC) }
	return channel
}

// read takes a message apart as a mail program does: headers, text, HTML.
func read(t *testing.T, raw []byte) (h mail.Header, text, html string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, parameters["boundary"])
	var bodies []string
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Fatalf("%v, %v", err, p.Header)
		}
		bodies = append(bodies, strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	if len(bodies) != 2 {
		t.Fatalf("%d parts", len(bodies))
	}
	return m.Header, bodies[0], bodies[1]
}

func subject(t *testing.T, h mail.Header) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMessages(t *testing.T) {
	b := serve(t, startTLS)
	c := open(t, b, "smtp", "rollcall@", "")
	for _, language := range []string{"en", "zh"} {
		ids := map[string]bool{}
		for _, change := range append(alerttest.Changes, "silenced", "test") {
			a := alerttest.Alert(change)
			if err := c.Send(t.Context(), alerttest.Message(language, a)); err != nil {
				t.Fatal(err)
			}
			got, to := b.take()
			if len(got) != 1 || !slices.Equal(to[0], []string{"li@acme.example", "ann@acme.example"}) {
				t.Fatalf("%d messages to %v", len(got), to)
			}
			h, text, html := read(t, got[0])
			var lines strings.Builder
			for _, name := range []string{"From", "To", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "MIME-Version"} {
				lines.WriteString(name + ": " + h.Get(name) + "\n")
			}
			alerttest.GoldenText(t, change+"."+language+".txt", lines.String()+"Subject: "+subject(t, h)+"\n\n"+text)
			alerttest.GoldenText(t, change+"."+language+".html", html)
			thread := h.Get("References")
			if id := h.Get("Message-Id"); thread == "" || thread != h.Get("In-Reply-To") || id == thread || !strings.HasPrefix(id, strings.TrimSuffix(thread, "@acme.example>")+".") {
				t.Errorf("%s in %s", id, thread)
			}
			ids[h.Get("Message-Id")] = true
		}
		if len(ids) != 4 { // acknowledged and silenced have one sequence, opened and test as well
			t.Errorf("%v", ids)
		}
	}
	if b.plain {
		t.Error("a message came without encryption")
	}
}

func TestSeveralAlertsAreOneMessage(t *testing.T) {
	b := serve(t, implicitTLS)
	c := open(t, b, "smtps", "rollcall@", "")
	for range 2 {
		if err := c.Send(t.Context(), alerttest.Message("zh", alerttest.Alert("opened"), alerttest.Alert("resolved"))); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := b.take()
	h, text, _ := read(t, got[0])
	again, _, _ := read(t, got[1])
	if subject(t, h) != "2 条告警" || h.Get("References") != "" || strings.Count(text, "在控制台中查看") != 2 || h.Get("Message-Id") != again.Get("Message-Id") {
		t.Errorf("%v\n%s", h, text)
	}
}

// A name that is written to the left does not turn the sentence around it, in the form in which mail programs show it.
func TestNamesToTheLeftStandByThemselves(t *testing.T) {
	b := serve(t, startTLS)
	a := alerttest.Alert("opened")
	a.TextEn, a.Members[0].Member = "Contact first: מרים (5 days), דוד; bo.", "שרה"
	if err := open(t, b, "smtp", "rollcall@", "").Send(t.Context(), alerttest.Message("en", a)); err != nil {
		t.Fatal(err)
	}
	got, _ := b.take()
	_, text, html := read(t, got[0])
	html = strings.NewReplacer("\u2068", "[", "\u2069", "]").Replace(html)
	if !strings.Contains(html, "Contact first: [מרים] (5 days), [דוד]; bo.") || !strings.Contains(html, "<li>[שרה]") {
		t.Errorf("%s", html)
	}
	if strings.Contains(text, "\u2068") {
		t.Errorf("plain text has marks that some programs show:\n%s", text)
	}
}

func TestNamesAddNeitherHeadersNorMarkup(t *testing.T) {
	b := serve(t, startTLS)
	c := open(t, b, "smtp", "rollcall@", "")
	a := alerttest.HostileAlert()
	a.TitleEn = "x\r\nBcc: evil@evil.example\r\n\r\n<b>body</b>"
	a.Members[0].Member = `<img src=x onerror="alert(1)">`
	if err := c.Send(t.Context(), alerttest.Message("en", a)); err != nil {
		t.Fatal(err)
	}
	got, to := b.take()
	h, _, html := read(t, got[0])
	if h.Get("Bcc") != "" || len(to[0]) != 2 || subject(t, h) != "Acknowledged: x  Bcc: evil@evil.example    <b>body</b>" {
		t.Errorf("%v to %v", h, to)
	}
	for _, bad := range []string{"<b>body", "<img", "<!channel", "<font", "<at "} {
		if strings.Contains(html, bad) {
			t.Errorf("%s in\n%s", bad, html)
		}
	}
	if err := c.Send(t.Context(), alerttest.Message("zh", alerttest.LongAlert())); err != nil {
		t.Fatal(err)
	}
	got, _ = b.take()
	for line := range bytes.Lines(got[0]) {
		if len(line) > 1000 { // RFC 5321, 4.5.3.1.6
			t.Fatalf("a line of %d bytes", len(line))
		}
	}
}

func TestWhatAServerAnswersTellsWhetherToTryAgain(t *testing.T) {
	for _, kind := range []int{startTLS, implicitTLS} {
		b := serve(t, kind)
		scheme := []string{"smtp", "smtps"}[kind]
		c := open(t, b, scheme, "rollcall@", "")
		for _, r := range []struct {
			at        string
			code      int
			permanent bool
		}{{"li@acme.example", 550, true}, {"ann@acme.example", 450, false}, {"DATA", 452, false}, {"DATA", 554, true}} {
			b.mu.Lock()
			b.refuse = map[string]*smtp.SMTPError{r.at: {Code: r.code, Message: "no"}}
			b.mu.Unlock()
			err := c.Send(t.Context(), alerttest.Message("en", alerttest.Alert("opened")))
			if err == nil || alerts.Permanent(err) != r.permanent {
				t.Errorf("%s %d: %v, permanent %v", r.at, r.code, err, alerts.Permanent(err))
			}
			if got, _ := b.take(); len(got) != 0 {
				t.Errorf("%s %d: %d messages", r.at, r.code, len(got))
			}
		}
		c.password = "wrong"
		err := c.Send(t.Context(), alerttest.Message("en", alerttest.Alert("opened")))
		if !alerts.Permanent(err) || strings.Contains(err.Error(), "wrong") {
			t.Errorf("a wrong password: %v", err)
		}
	}
}

func TestNothingIsSentInTheClearUnasked(t *testing.T) {
	b := serve(t, noTLS)
	m := alerttest.Message("en", alerttest.Alert("opened"))
	for _, c := range []*Channel{open(t, b, "smtp", "rollcall@", ""), open(t, b, "smtp", "", ""), open(t, b, "smtps", "rollcall@", "")} {
		if err := c.Send(t.Context(), m); err == nil || alerts.Permanent(err) {
			t.Error(err)
		}
	}
	if got, _ := b.take(); len(got) != 0 || b.plain {
		t.Error("a message came in the clear")
	}
	if err := open(t, b, "smtp", "", "?tls=none").Send(t.Context(), m); err != nil {
		t.Error(err)
	}
	stranger := serve(t, startTLS)
	c := open(t, stranger, "smtp", "rollcall@", "")
	c.tls = nil // whose certificate nobody vouches for
	if err := c.Send(t.Context(), m); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}

func TestASilentServerIsLeft(t *testing.T) {
	b := serve(t, startTLS)
	b.stalled = make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	err := open(t, b, "smtp", "rollcall@", "").Send(ctx, alerttest.Message("en", alerttest.Alert("opened")))
	if !errors.Is(err, context.DeadlineExceeded) || alerts.Permanent(err) || time.Since(begun) > alerts.Timeout/2 {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
	close(b.stalled)
}

func TestConfigurations(t *testing.T) {
	good := Config{URL: "smtp://u@mail.example:2525", Password: "p", From: "a@b.example", To: []string{"c@d.example"}}
	for name, change := range map[string]func(*Config){
		"":                  func(*Config) {},
		"url must be":       func(c *Config) { c.URL = "https://mail.example" },
		"without a pass":    func(c *Config) { c.URL = "smtp://u:s3cr3t@mail.example" },
		"smtps://":          func(c *Config) { c.URL = "smtps://u@mail.example?tls=none" },
		"STARTTLS":          func(c *Config) { c.URL = "smtp://u@mail.example:99999" },
		"go together":       func(c *Config) { c.Password = " " },
		"readable":          func(c *Config) { c.URL += "?tls=none" },
		"to has no address": func(c *Config) { c.To = nil },
		`to has "d"`:        func(c *Config) { c.To = []string{"d"} },
		"from is":           func(c *Config) { c.From = "x\r\nBcc: y@z.example" },
	} {
		c := good
		change(&c)
		_, err := New(c)
		if (err == nil) != (name == "") || err != nil && (!strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "s3cr3t")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s, err := parse(" smtps://rollcall%40acme.example@mail.example\n"); err != nil || s != (server{host: "mail.example", port: 465, user: "rollcall@acme.example", encrypted: true}) {
		t.Errorf("%+v, %v", s, err)
	}
	if err := open(t, serve(t, startTLS), "smtp", "rollcall@", "").Send(t.Context(), alerts.Message{}); !alerts.Permanent(err) {
		t.Error(err)
	}
}
