package webhook

import (
	"math"
	"net/url"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// event is a CloudEvents 1.0 event in the JSON format.
type event struct {
	SpecVersion     string `json:"specversion"`
	ID              string `json:"id"`
	Source          string `json:"source"`
	Type            string `json:"type"`
	Subject         string `json:"subject"`
	Time            string `json:"time"`
	DataContentType string `json:"datacontenttype"`
	Data            data   `json:"data"`
}

// data is the alert. Times are RFC 3339 in UTC with milliseconds, null where not yet; numbers are null where unknown.
type data struct {
	Community      string    `json:"community"`
	AlertID        string    `json:"alert_id"`
	Sequence       uint32    `json:"sequence"`
	Kind           string    `json:"kind"`
	State          string    `json:"state"`
	Change         string    `json:"change"`
	Severity       string    `json:"severity"`
	Opened         *string   `json:"opened"`
	Updated        *string   `json:"updated"`
	Resolved       *string   `json:"resolved"`
	IntervalStart  *string   `json:"interval_start"`
	IntervalEnd    *string   `json:"interval_end"`
	Expected       *float64  `json:"expected"`
	Observed       *float64  `json:"observed"`
	Probability    *float64  `json:"probability"`
	Cause          string    `json:"cause"`
	CauseName      string    `json:"cause_name"`
	Segments       []segment `json:"segments"`
	Members        []member  `json:"members"`
	MoreMembers    int       `json:"more_members"`
	AcknowledgedBy string    `json:"acknowledged_by"`
	SilencedUntil  *string   `json:"silenced_until"`
	Title          both      `json:"title"`
	Text           both      `json:"text"`
	Link           string    `json:"link"`
}

type segment struct {
	Dimension string   `json:"dimension"`
	Segment   string   `json:"segment"`
	Expected  *float64 `json:"expected"`
	Observed  *float64 `json:"observed"`
	Share     *float64 `json:"share"`
}

type member struct {
	Member string   `json:"member"`
	Value  *float64 `json:"value"`
	Why    both     `json:"why"`
}

type both struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

func newEvent(a *actionpb.Alert, link string) event {
	return event{
		SpecVersion: "1.0", ID: id(a), Source: "/rollcall/communities/" + url.PathEscape(a.GetCommunity()),
		Type: "rollcall.alert." + a.GetChange(), Subject: a.GetAlertId(), Time: instant(a.GetUpdated()),
		DataContentType: "application/json", Data: newData(a, link),
	}
}

// id is also a header, where not every character may stand.
func id(a *actionpb.Alert) string { return url.PathEscape(alerts.ID(a)) }

func newData(a *actionpb.Alert, link string) data {
	d := data{
		Community: a.GetCommunity(), AlertID: a.GetAlertId(), Sequence: a.GetSequence(), Kind: a.GetKind(),
		State: a.GetState(), Change: a.GetChange(), Severity: a.GetSeverity(), Opened: maybe(a.GetOpened()),
		Updated: maybe(a.GetUpdated()), Resolved: maybe(a.GetResolved()), IntervalStart: maybe(a.GetIntervalStart()),
		IntervalEnd: maybe(a.GetIntervalEnd()), Expected: number(a.GetExpected()), Observed: number(a.GetObserved()),
		Probability: number(a.GetProbability()), Cause: a.GetCause(), CauseName: a.GetCauseName(),
		Segments: []segment{}, Members: []member{}, MoreMembers: max(len(a.GetMembers())-alerts.MostNames, 0),
		AcknowledgedBy: a.GetAcknowledgedBy(), SilencedUntil: maybe(a.GetSilencedUntil()),
		Title: both{a.GetTitleEn(), a.GetTitleZh()}, Text: both{a.GetTextEn(), a.GetTextZh()}, Link: link,
	}
	for _, s := range a.GetSegments() {
		d.Segments = append(d.Segments, segment{s.GetDimension(), s.GetSegment(), number(s.GetExpected()),
			number(s.GetObserved()), number(s.GetShare())})
	}
	for _, m := range a.GetMembers()[:min(len(a.GetMembers()), alerts.MostNames)] {
		d.Members = append(d.Members, member{m.GetMember(), number(m.GetValue()), both{m.GetWhyEn(), m.GetWhyZh()}})
	}
	return d
}

// number is null for what JSON cannot say.
func number(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

func instant(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

func maybe(ms int64) *string {
	if ms == 0 {
		return nil
	}
	text := instant(ms)
	return &text
}
