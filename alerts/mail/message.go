package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/note"
	"github.com/rollcall-dev/rollcall/schemas/bidi"
)

func (c *Channel) message(m alerts.Message) (*gomail.Msg, error) {
	d := note.Full(m)
	text, html, err := bodies(d, m.Language)
	if err != nil {
		return nil, fmt.Errorf("writing a message: %w", err)
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(c.from)
	out.ToMailAddress(c.to...)
	out.Subject(d.Title)
	out.SetDateWithValue(c.now())
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	id, thread := c.ids(m)
	out.SetMessageIDWithValue(id)
	if thread != "" {
		out.SetGenHeader(gomail.HeaderInReplyTo, "<"+thread+">")
		out.SetGenHeader(gomail.HeaderReferences, "<"+thread+">")
	}
	out.SetBodyString(gomail.TypeTextPlain, text)
	out.AddAlternativeString(gomail.TypeTextHTML, html)
	return out, nil
}

// ids are the Message-ID and the thread, without brackets. The thread is a message that never was: programs that sort by
// References put its answers together all the same, also for who became a recipient when it had begun.
func (c *Channel) ids(m alerts.Message) (id, thread string) {
	_, domain, _ := strings.Cut(c.from.Address, "@")
	if len(m.Alerts) == 1 {
		a := m.Alerts[0]
		thread = "rollcall." + hash(a.GetAlertId())
		return fmt.Sprintf("%s.%d@%s", thread, a.GetSequence(), domain), thread + "@" + domain
	}
	var all []string
	for _, a := range m.Alerts {
		all = append(all, alerts.ID(a))
	}
	return "rollcall." + hash(strings.Join(all, "\n")) + "@" + domain, ""
}

// hash is an id in characters that may stand in a Message-ID.
func hash(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:12])
}

func bodies(d note.Digest, language string) (text, html string, err error) {
	v := view{Digest: d, Language: language, Colours: colours}
	var t, h strings.Builder
	if err := htmlBody.Execute(&h, v); err != nil {
		return "", "", err
	}
	for i, n := range d.Notes {
		if i > 0 {
			t.WriteString("\n\n----\n\n")
		}
		writeText(&t, n, language)
	}
	if d.More != "" {
		t.WriteString("\n\n----\n\n" + d.More)
	}
	return t.String() + "\n", h.String(), nil
}

func writeText(b *strings.Builder, n note.Note, language string) {
	b.WriteString(n.Title + "\n\n" + strings.Join(n.Text, "\n") + "\n")
	for _, f := range n.Facts {
		b.WriteString("\n" + f.Line(language))
	}
	if len(n.People) > 0 {
		b.WriteString("\n\n" + n.Contact)
		for _, p := range n.People {
			b.WriteString("\n- " + p.Line(language))
		}
		if n.More != "" {
			b.WriteString("\n- " + n.More)
		}
	}
	if n.Link != "" {
		b.WriteString("\n\n" + n.Open + "\n" + n.Link)
	}
}

type view struct {
	note.Digest
	Language string
	Colours  map[note.Tone]string
}

var colours = map[note.Tone]string{note.Good: "#1a7f37", note.Info: "#0969da", note.Warning: "#bc4c00", note.Critical: "#cf222e"}

var htmlBody = template.Must(template.New("").Funcs(template.FuncMap{"isolate": bidi.Isolate}).Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<body style="font-family:sans-serif;line-height:1.5;max-width:40em">
{{- range .Notes}}
<h2 style="font-size:1.1em;border-left:4px solid {{index $.Colours .Tone}};padding-left:.5em">{{isolate .Title}}</h2>
{{- range .Text}}
<p>{{isolate .}}</p>
{{- end}}
<table>
{{- range .Facts}}
<tr><td style="color:#57606a;padding-right:1em">{{.Label}}</td><td>{{isolate .Value}}</td></tr>
{{- end}}
</table>
{{- if .People}}
<p><b>{{.Contact}}</b></p>
<ul>
{{- range .People}}
<li>{{isolate (.Line $.Language)}}</li>
{{- end}}
{{- with .More}}
<li>{{.}}</li>
{{- end}}
</ul>
{{- end}}
{{- if .Link}}
<p><a href="{{.Link}}">{{.Open}}</a></p>
{{- end}}
{{- end}}
{{- with .More}}
<p>{{.}}</p>
{{- end}}
</body>
</html>
`))
