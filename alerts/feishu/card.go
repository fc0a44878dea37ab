package feishu

import (
	"strings"

	"github.com/rollcall-dev/rollcall/alerts/note"
)

type payload struct {
	Timestamp string `json:"timestamp,omitempty"` // Unix seconds
	Sign      string `json:"sign,omitempty"`
	MsgType   string `json:"msg_type"`
	Card      card   `json:"card"`
}

// card is a card of JSON 1.0:
// https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-structure
type card struct {
	Config   config    `json:"config"`
	Header   header    `json:"header"`
	Elements []element `json:"elements"`
}

type config struct {
	WideScreenMode bool `json:"wide_screen_mode"`
}

type header struct {
	Title    text   `json:"title"`
	Template string `json:"template"`
}

// element is a div with its text, a line (hr), or an action with its buttons.
type element struct {
	Tag     string   `json:"tag"`
	Text    *text    `json:"text,omitempty"`
	Actions []button `json:"actions,omitempty"`
}

type button struct {
	Tag  string `json:"tag"`
	Text text   `json:"text"`
	Type string `json:"type"`
	URL  string `json:"url"`
}

type text struct {
	Tag     string `json:"tag"`
	Content string `json:"content"`
}

var templates = map[note.Tone]string{note.Good: "green", note.Info: "blue", note.Warning: "orange", note.Critical: "red"}

func newCard(d note.Digest, language string) card {
	c := card{Config: config{true}, Header: header{plain(d.Title), templates[d.Tone]}}
	for i, n := range d.Notes {
		if i > 0 {
			c.Elements = append(c.Elements, element{Tag: "hr"})
		}
		if len(d.Notes) > 1 || d.More != "" {
			c.div(n.Title)
		}
		c.div(n.Text...)
		var facts []string
		for _, f := range n.Facts {
			facts = append(facts, f.Line(language))
		}
		c.div(facts...)
		if len(n.People) > 0 {
			people := []string{n.Contact}
			for _, p := range n.People {
				people = append(people, "• "+p.Line(language))
			}
			c.div(append(people, n.More)...)
		}
		if n.Link != "" {
			c.Elements = append(c.Elements, element{Tag: "action", Actions: []button{{"button", plain(n.Open), "primary", n.Link}}})
		}
	}
	c.div(d.More)
	return c
}

func (c *card) div(lines ...string) {
	if s := strings.TrimSpace(strings.Join(lines, "\n")); s != "" {
		t := plain(s)
		c.Elements = append(c.Elements, element{Tag: "div", Text: &t})
	}
}

func plain(s string) text { return text{"plain_text", s} }
