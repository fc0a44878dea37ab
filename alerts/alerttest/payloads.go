package alerttest

import (
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Service is what Payloads is told of a service.
type Service struct {
	Open   func(address string) (alerts.Channel, error)
	OK     string // what the service answers when it takes a message
	Schema string // of the payload, in testdata
	Most   int    // bytes of a payload
}

// Payloads checks that each change in each language, several at once, the hostile and the long fit the service's
// schema, and compares them with the golden ones. It returns the hostile payload.
func Payloads(t *testing.T, s Service) (hostile []byte) {
	t.Helper()
	schema := Schema(t, s.Schema)
	r := Serve(t, http.StatusOK, s.OK)
	c, err := s.Open(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	send := func(m alerts.Message) []byte {
		t.Helper()
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		got := r.Take()
		if len(got) != 1 {
			t.Fatalf("%d requests", len(got))
		}
		body := got[0].Body
		Fits(t, schema, body)
		if len(body) > s.Most || !utf8.Valid(body) {
			t.Errorf("%d bytes, of which %d are taken, or not UTF-8", len(body), s.Most)
		}
		return body
	}
	for _, language := range []string{"en", "zh"} {
		for _, change := range append(Changes, "silenced", "test") {
			Golden(t, change+"."+language+".json", send(Message(language, Alert(change))))
		}
		Golden(t, "several."+language+".json", send(Message(language, Alert("opened"), Alert("resolved"))))
		hostile = send(Message(language, HostileAlert()))
		Golden(t, "hostile."+language+".json", hostile)
		send(Message(language, LongAlert()))
		var many []*actionpb.Alert
		for range 40 {
			many = append(many, LongAlert(), HostileAlert())
		}
		send(Message(language, many...))
	}
	if err := c.Send(t.Context(), alerts.Message{}); !alerts.Permanent(err) || len(r.Take()) != 0 {
		t.Errorf("an empty message: %v", err)
	}
	return hostile
}

// Answers checks what the answers of a service that says 200 and a code mean.
func Answers(t *testing.T, open func(address string) (alerts.Channel, error), answers map[string]Meaning) {
	t.Helper()
	r := Serve(t, http.StatusOK, "")
	c, err := open(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	for answer, want := range answers {
		r.Answer(http.StatusOK, answer)
		err := c.Send(t.Context(), Message("en", Alert("opened")))
		got := Meaning{err == nil, alerts.Permanent(err), int(alerts.RetryAfter(err).Seconds())}
		if got != want {
			t.Errorf("%s means %+v (%v), want %+v", answer, got, err, want)
		}
	}
}

// Meaning is what became of a message.
type Meaning struct {
	Sent, Permanent bool
	After           int // seconds
}
