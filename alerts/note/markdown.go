package note

import "strings"

// Markdown is a digest in the Markdown that DingTalk and WeCom both read: headings, bold, lists, links and empty lines
// between paragraphs. What comes from an alert is Defused.
func (d Digest) Markdown(language string) string {
	var b strings.Builder
	paragraph := func(lines ...string) {
		if text := strings.TrimSpace(strings.Join(lines, "\n")); text != "" {
			b.WriteString(text + "\n\n")
		}
	}
	if len(d.Notes) != 1 || d.More != "" {
		paragraph("### " + Defused(d.Title))
	}
	for _, n := range d.Notes {
		paragraph("### " + Defused(n.Title))
		for _, line := range n.Text {
			paragraph(Defused(line))
		}
		var facts []string
		for _, f := range n.Facts {
			facts = append(facts, "- "+Fact{"**" + f.Label + "**", Defused(f.Value)}.Line(language))
		}
		paragraph(facts...)
		if len(n.People) > 0 {
			paragraph("**" + n.Contact + "**")
			var people []string
			for _, p := range n.People {
				people = append(people, "- "+Person{Defused(p.Name), Defused(p.Why)}.Line(language))
			}
			if n.More != "" {
				people = append(people, "- "+n.More)
			}
			paragraph(people...)
		}
		if n.Link != "" {
			paragraph("[" + n.Open + "](" + inMarkdown.Replace(n.Link) + ")")
		}
	}
	paragraph(d.More)
	return strings.TrimSpace(b.String())
}

// inMarkdown keeps an address from ending its own link.
var inMarkdown = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20")
