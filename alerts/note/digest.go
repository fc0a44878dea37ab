package note

import (
	"errors"
	"fmt"

	"github.com/rollcall-dev/rollcall/alerts"
)

// Digest is a message in words.
type Digest struct {
	Title string // of the only note, or how many there are
	Notes []Note
	More  string // how many alerts are not told; may be empty
	Tone  Tone   // the most urgent
}

// sizes are tried one after the other.
var sizes = []size{
	{alerts.MostAlerts, mostText, mostWhy, alerts.MostNames},
	{alerts.MostAlerts, mostText, 40, alerts.MostNames},
	{alerts.MostAlerts, 500, 0, alerts.MostNames},
	{alerts.MostAlerts, 300, 0, 5},
	{5, 200, 0, 3},
	{3, 100, 0, 0},
	{1, 50, 0, 0},
}

// Full is a message at its longest.
func Full(m alerts.Message) Digest { return newDigest(m, sizes[0]) }

var errEmpty = errors.New("a message without alerts")

// Fit renders a message ever shorter until it has at most most bytes.
func Fit(m alerts.Message, most int, render func(Digest) ([]byte, error)) ([]byte, error) {
	if len(m.Alerts) == 0 {
		return nil, alerts.Mistake(errEmpty)
	}
	var body []byte
	for _, s := range sizes {
		var err error
		if body, err = render(newDigest(m, s)); err != nil {
			return nil, alerts.Mistake(err)
		}
		if len(body) <= most {
			return body, nil
		}
	}
	return nil, alerts.Mistake(fmt.Errorf("the shortest message has %d bytes, the service takes %d", len(body), most))
}

func newDigest(m alerts.Message, s size) Digest {
	told := m.Alerts[:min(len(m.Alerts), s.alerts)]
	var d Digest
	people := 0
	if len(told) > 0 {
		people = s.people / len(told)
	}
	for _, a := range told {
		n := newNote(m, a, s, people)
		d.Notes = append(d.Notes, n)
		d.Tone = max(d.Tone, n.Tone)
	}
	w := wordsOf(m.Language)
	d.Title = fmt.Sprintf(w.alerts, len(m.Alerts))
	if len(m.Alerts) == 1 {
		d.Title = d.Notes[0].Title
	}
	if more := len(m.Alerts) - len(told); more > 0 {
		d.More = fmt.Sprintf(w.moreAlerts, more)
	}
	return d
}
