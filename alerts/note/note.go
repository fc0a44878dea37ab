package note

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Lengths in characters.
const (
	mostTitle    = 120
	mostText     = 1000
	mostName     = 64
	mostWhy      = 160
	mostSegments = 5
)

// Note is one alert in words.
type Note struct {
	Title   string // with what changed
	Text    string
	Facts   []Fact
	Contact string // what stands above the people
	People  []Person
	More    string // how many people are not named; may be empty
	Link    string // an http or https address; may be empty
	Open    string // what the link is called
	Tone    Tone
}

// Fact is a label and what it is about.
type Fact struct{ Label, Value string }

// Person is a member to contact.
type Person struct{ Name, Why string }

// Line is a fact or a person on one line.
func (f Fact) Line(language string) string { return f.Label + wordsOf(language).colon + f.Value }

// Line is a fact or a person on one line.
func (p Person) Line(language string) string {
	if p.Why == "" {
		return p.Name
	}
	return p.Name + wordsOf(language).colon + p.Why
}

// Tone is how urgent a note is, for its colour.
type Tone int

// Tones, the least urgent first.
const (
	Good Tone = iota // resolved
	Info
	Warning
	Critical
)

// size is how much is told: the longest texts in characters and how many people in all notes together.
type size struct{ alerts, text, why, people int }

func newNote(m alerts.Message, a *actionpb.Alert, s size, people int) Note {
	w := wordsOf(m.Language)
	title, text := a.GetTitleEn(), a.GetTextEn()
	if m.Language == alerts.Chinese {
		title, text = a.GetTitleZh(), a.GetTextZh()
	}
	n := Note{
		Title: w.bracket[0] + say(w.changes, a.GetChange()) + w.bracket[1] + Plain(title, min(mostTitle, s.text)),
		Text:  Plain(text, s.text), Contact: w.contact, Link: address(m.URL(a)), Open: w.open, Tone: tone(a),
	}
	n.facts(m, a, w)
	if a.GetState() == "resolved" {
		people = 0 // nothing is left to do
	}
	for _, p := range a.GetMembers()[:min(len(a.GetMembers()), people)] {
		why := p.GetWhyEn()
		if m.Language == alerts.Chinese {
			why = p.GetWhyZh()
		}
		n.People = append(n.People, Person{Plain(p.GetMember(), mostName), Plain(why, s.why)})
	}
	if more := len(a.GetMembers()) - len(n.People); more > 0 && len(n.People) > 0 {
		n.More = fmt.Sprintf(w.more, more)
	}
	return n
}

func (n *Note) facts(m alerts.Message, a *actionpb.Alert, w *words) {
	add := func(label, value string) {
		if value != "" {
			n.Facts = append(n.Facts, Fact{label, value})
		}
	}
	add(w.community, Plain(a.GetCommunity(), mostName))
	add(w.since, instant(m, a.GetIntervalStart()))
	if a.GetExpected() != 0 || a.GetObserved() != 0 {
		add(w.observed, fmt.Sprintf(w.against, number(a.GetObserved()), number(a.GetExpected())))
	}
	var where []string
	for _, s := range a.GetSegments()[:min(len(a.GetSegments()), mostSegments)] {
		where = append(where, say(w.dimensions, s.GetDimension())+" "+Plain(s.GetSegment(), mostName)+" "+percent(s.GetShare()))
	}
	add(w.where, strings.Join(where, w.stop))
	if a.GetCause() != "" {
		cause := say(w.causes, a.GetCause())
		if a.GetCauseName() != "" {
			cause += w.colon + Plain(a.GetCauseName(), mostName)
		}
		add(w.cause, cause)
	}
	if a.GetState() == "acknowledged" {
		add(w.by, Plain(a.GetAcknowledgedBy(), mostName))
	}
	if a.GetChange() == "silenced" {
		add(w.until, instant(m, a.GetSilencedUntil()))
	}
	add(w.ended, instant(m, a.GetResolved()))
}

func tone(a *actionpb.Alert) Tone {
	switch {
	case a.GetState() == "resolved":
		return Good
	case a.GetSeverity() == "critical":
		return Critical
	case a.GetSeverity() == "warning":
		return Warning
	}
	return Info
}

// address keeps what a browser opens as a page and nothing else.
func address(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(link) > 2000 {
		return ""
	}
	return u.String() // with what may not stand in an address escaped
}

func instant(m alerts.Message, ms int64) string {
	if ms == 0 {
		return ""
	}
	zone := m.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.UnixMilli(ms).In(zone).Format("2006-01-02 15:04 MST")
}

// number is short: whole from 10 on, else one decimal.
func number(f float64) string {
	if math.Abs(f) >= 10 || f == math.Trunc(f) {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'f', 1, 64)
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 0, 64) + "%" }
