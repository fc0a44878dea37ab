package grafana

import (
	"encoding/json"
	"fmt"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// Languages are those that there are texts in.
var Languages = []string{"en", "zh"}

// Definitions is where the pages of docs/metrics/numbers can be read.
const Definitions = "https://github.com/rollcall-dev/rollcall/blob/main/docs/metrics/numbers/"

// Options are what differs between two sets of dashboards. The zero value of all but Lang has a default.
type Options struct {
	Lang        string // one of Languages
	From, To    string // the range when a board is opened, as Grafana writes it: now-90d, 2021-09-01
	TimeZone    string // the charts' axes: browser, utc, or an IANA name
	Definitions string // where panels link to: the name of a page of docs/metrics/numbers is put behind

	NoAlertRules bool // of two languages of which people are alerted in one
}

func (o Options) filled() Options {
	for _, d := range []struct {
		to    *string
		value string
	}{{&o.From, "now-90d"}, {&o.To, "now"}, {&o.TimeZone, "browser"}, {&o.Definitions, Definitions}} {
		if *d.to == "" {
			*d.to = d.value
		}
	}
	return o
}

func (o Options) pick(t dashboards.Text) string {
	if o.Lang == "zh" {
		return t.ZH
	}
	return t.EN
}

// text picks one of a text's two languages.
func (o Options) text(en, zh string) string { return o.pick(dashboards.Text{EN: en, ZH: zh}) }

// uid is a board's: it stays the same, so that bookmarks and links survive.
func (o Options) uid(board string) string { return "rollcall-" + board + "-" + o.Lang }

// AlertRules is the name of the file of alert rules in the language.
func (o Options) AlertRules() string { return "provisioning/alerting/rollcall-" + o.Lang + ".yaml" }

// Files are the dashboards in a language and what provisions all: contents by name, with slashes between folders.
func Files(o Options) (map[string][]byte, error) {
	o = o.filled()
	out := map[string][]byte{
		"provisioning/datasources/rollcall.yaml":               []byte(clickhouseSource),
		"provisioning/datasources/rollcall-prometheus.yaml":    []byte(prometheusSource),
		"provisioning/dashboards/rollcall-" + o.Lang + ".yaml": []byte(fmt.Sprintf(provider, o.Lang, o.folder())),
	}
	if !o.NoAlertRules {
		rules, err := alertRules(o)
		if err != nil {
			return nil, err
		}
		out[o.AlertRules()] = rules
	}
	health, err := pipeline(o)
	if err != nil {
		return nil, err
	}
	boards := []board{health}
	for _, b := range dashboards.Boards() {
		community, err := communityBoard(o, b)
		if err != nil {
			return nil, fmt.Errorf("making the dashboard %s: %w", b.ID, err)
		}
		boards = append(boards, community)
	}
	for _, b := range boards {
		d, err := b.build(o)
		if err != nil {
			return nil, fmt.Errorf("making the dashboard %s: %w", b.id, err)
		}
		text, err := json.MarshalIndent(d, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("encoding the dashboard %s: %w", b.id, err)
		}
		out["dashboards/"+o.Lang+"/"+b.id+".json"] = append(text, '\n')
	}
	return out, nil
}
