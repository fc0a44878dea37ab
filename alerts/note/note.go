package note

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Lengths in characters.
const (
	mostTitle = 120
	mostText  = 1500
	mostName  = 64
	mostWhy   = 160
)

// mostLines of a text are told.
const mostLines = 16

// Note is one alert in words.
type Note struct {
	Title   string // with what changed, where the alert's own does not say it
	Text    []string
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
		Title: Plain(w.changes[a.GetChange()]+title, min(mostTitle, s.text)),
		Text:  paragraphs(text, s.text), Facts: facts(m, a, w),
		Contact: w.contact, Link: address(m.URL(a)), Open: w.open, Tone: tone(a),
	}
	switch a.GetKind() {
	case "kol_at_risk":
		n.Contact = w.follow
	case alerts.WeeklyReport:
		n.Open = w.report
	}
	if a.GetState() == "resolved" {
		return n // nobody has to be contacted any more
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
	if a.GetKind() != alerts.WeeklyReport { // whose lines are numbers, and its people are in none
		n.Text = slices.DeleteFunc(n.Text, n.names)
	}
	return n
}

// paragraphs are the lines of a text, together of at most most characters.
func paragraphs(text string, most int) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = Plain(line, most)
		most -= utf8.RuneCountInString(line)
		if line != "" {
			lines = append(lines, line)
		}
		if most <= 0 || len(lines) == mostLines {
			break
		}
	}
	return lines
}

// names tells whether a line says the same as the list of people, which says it better.
func (n *Note) names(line string) bool {
	for _, p := range n.People[:min(len(n.People), 3)] {
		if name, cut := strings.CutSuffix(Cut(p.Name, 40), "…"); !says(line, name, cut) {
			return false
		}
	}
	return len(n.People) > 0 && len(n.Text) > 1
}

// facts are what the texts do not say.
func facts(m alerts.Message, a *actionpb.Alert, w *words) []Fact {
	all := []Fact{{w.community, Plain(a.GetCommunity(), mostName)}}
	if a.GetState() == "acknowledged" {
		all = append(all, Fact{w.by, Plain(a.GetAcknowledgedBy(), mostName)})
	}
	if a.GetChange() == "silenced" && a.GetSilencedUntil() != 0 {
		all = append(all, Fact{w.until, instant(m, a.GetSilencedUntil())})
	}
	return all
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
	zone := m.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.UnixMilli(ms).In(zone).Format("2006-01-02 15:04 MST")
}
