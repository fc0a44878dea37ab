package slack

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/note"
	"github.com/rollcall-dev/rollcall/alerts/post"
)

// Limits of Block Kit, in characters, entities counted as they are sent. A message has at most 50 blocks: we send at most
// four for each of alerts.MostAlerts, and one.
const (
	mostHeader  = 150
	mostSection = 3000
	mostBody    = 100_000
)

// Channel is a channel of Slack.
type Channel struct{ poster *post.Poster }

// New makes the channel of an incoming webhook's address, which is its secret.
func New(address string) (*Channel, error) {
	poster, err := post.New("slack", address)
	if err != nil {
		return nil, err
	}
	return &Channel{poster}, nil
}

// Send implements alerts.Channel. Slack says by the status what became of a message.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	body, err := note.Fit(m, mostBody, func(d note.Digest) ([]byte, error) { return json.Marshal(newPayload(d, m.Language)) })
	if err != nil {
		return err
	}
	_, err = c.poster.Post(ctx, nil, nil, body)
	return err
}

type payload struct {
	Text        string  `json:"text"` // what a notification shows
	Blocks      []block `json:"blocks"`
	UnfurlLinks bool    `json:"unfurl_links"`
	UnfurlMedia bool    `json:"unfurl_media"`
}

type block struct {
	Type string `json:"type"`
	Text text   `json:"text"`
}

type text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`    // of plain_text
	Verbatim *bool  `json:"verbatim,omitempty"` // of mrkdwn
}

func newPayload(d note.Digest, language string) payload {
	p := payload{Text: escaped(note.Defused(d.Title), mostHeader)}
	for _, n := range d.Notes {
		p.Blocks = append(p.Blocks, block{"header", plain(n.Title, mostHeader)})
		what := slices.Clone(n.Text)
		for _, f := range n.Facts {
			what = append(what, f.Line(language))
		}
		p.section(strings.Join(what, "\n"))
		if len(n.People) > 0 {
			people := []string{n.Contact}
			for _, person := range n.People {
				people = append(people, "• "+person.Line(language))
			}
			p.section(strings.Join(append(people, n.More), "\n"))
		}
		if n.Link != "" {
			yes := true
			p.Blocks = append(p.Blocks, block{"section", text{Type: "mrkdwn", Verbatim: &yes,
				Text: "<" + link.Replace(n.Link) + "|" + entities.Replace(n.Open) + ">"}})
		}
	}
	p.section(d.More)
	return p
}

func (p *payload) section(s string) {
	if s = strings.TrimSpace(s); s != "" {
		p.Blocks = append(p.Blocks, block{"section", plain(s, mostSection)})
	}
}

func plain(s string, most int) text {
	no := false
	return text{Type: "plain_text", Text: escaped(s, most), Emoji: &no}
}

var (
	entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	link     = strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C")
)

// escaped never cuts an entity in half. Slack refuses an empty text.
func escaped(s string, most int) string {
	out := entities.Replace(note.Cut(s, most))
	for n := most; utf8.RuneCountInString(out) > most; n-- {
		out = entities.Replace(note.Cut(s, n))
	}
	if out == "" {
		return "-"
	}
	return out
}
