package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// pages are all pages by file name.
func pages() map[string]string {
	all := map[string]string{}
	for _, lang := range []string{"en", "zh"} {
		all["README"+ending(lang)] = index(lang)
		for _, p := range drawn() {
			all[p.ID+ending(lang)] = page(p, lang)
		}
	}
	return all
}

func drawn() (panels []dashboards.Panel) {
	for _, p := range dashboards.Panels() {
		if p.Kind != dashboards.Choices {
			panels = append(panels, p)
		}
	}
	return panels
}

func ending(lang string) string {
	if lang == "zh" {
		return ".zh-CN.md"
	}
	return ".md"
}

// other is the language that a page is not in.
func other(lang string) string {
	if lang == "zh" {
		return "en"
	}
	return "zh"
}

func page(p dashboards.Panel, lang string) string {
	var b strings.Builder
	m := p.Meaning
	fmt.Fprintf(&b, "%s\n[%s](%s) · [%s](README%s)\n\n", in(notByHand, lang), in(otherPage, lang), p.ID+ending(other(lang)), in(allNumbers, lang), ending(lang))
	fmt.Fprintf(&b, "# %s\n%s\n\n", in(p.Title, lang), in(p.Description, lang))
	fmt.Fprintf(&b, in(stands, lang)+"\n", p.ID, strings.Join(boards(p, lang), in(comma, lang)), code(m.Tables, lang), strings.TrimSuffix(m.Page, ".md"), m.Page)
	for _, part := range [][2]text{{formula, text(m.Formula)}, {reading, text(m.Reading)}, {misleads, text(m.Misleads)}} {
		fmt.Fprintf(&b, "\n## %s\n%s\n", in(part[0], lang), in(part[1], lang))
	}
	fmt.Fprintf(&b, "\n## %s\n%s\n|---|---|---|\n", in(columns, lang), in(columnHead, lang))
	for _, c := range p.Columns {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, in(c.Title, lang), in(units[c.Unit], lang))
	}
	fmt.Fprintf(&b, "\n## %s\n"+in(binds, lang)+"\n", in(statement, lang), code(p.Binds(), lang))
	fmt.Fprintf(&b, "```sql\n%s\n```\n%s\n```sh\ncurl '%s'\n```\n", p.SQL, in(answered, lang), address(p))
	return b.String()
}

// boards are the titles of the dashboards with the panel.
func boards(p dashboards.Panel, lang string) (titles []string) {
	for _, b := range dashboards.Boards() {
		for _, id := range b.Panels {
			if id == p.ID {
				titles = append(titles, in(b.Title, lang))
			}
		}
	}
	return titles
}

func code(names []string, lang string) string {
	return "`" + strings.Join(names, "`"+in(comma, lang)+"`") + "`"
}

// address asks a running Rollcall for the panel, over the demo's ten years.
func address(p dashboards.Panel) string {
	q := url.Values{}
	for _, name := range p.Binds() {
		if value := example[name]; value != "" {
			q.Set(name, value)
		}
	}
	return "http://127.0.0.1:8080/api/panels/" + p.ID + "?" + q.Encode()
}

var example = map[string]string{
	"community": "demo", "from": "2011-08-01T00:00:00Z", "to": "2021-10-01T00:00:00Z", "window": "7d", "time_zone": "UTC", "interval": "month", "member": "5",
}

func index(lang string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n[%s](README%s)\n\n# %s\n%s\n", in(notByHand, lang), in(otherPage, lang), ending(other(lang)), in(indexTitle, lang), in(indexHead, lang))
	for _, board := range dashboards.Boards() {
		fmt.Fprintf(&b, "\n## %s\n%s\n|---|---|---|\n", in(board.Title, lang), in(indexTable, lang))
		for _, id := range board.Panels {
			if p, ok := dashboards.Find(id); ok {
				fmt.Fprintf(&b, "| [%s](%s) | `%s` | %s |\n", in(p.Title, lang), id+ending(lang), id, code(p.Meaning.Tables, lang))
			}
		}
	}
	fmt.Fprintf(&b, "\n<a id=\"bind\"></a>\n## %s\n%s\n%s\n\n%s\n|---|---|---|\n", in(bindTitle, lang), in(bindText, lang), bindShell, in(bindHead, lang))
	for _, p := range dashboards.Params {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", p.Name, p.Type, in(params[p.Name], lang))
	}
	fmt.Fprintf(&b, "\n%s\n", in(bindEnd, lang))
	return b.String()
}
