package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// sample is a small community whose week has something of everything.
func sample(t *testing.T) *Report {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	week := Week{2026, 47}
	start := week.Start(zone)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	r := &Report{Community: "lausanne", Week: week, Zone: zone, Now: week.End(zone).Add(2 * time.Hour), Begun: week.Add(-10).Start(zone).Add(-time.Hour), Lateness: time.Hour}
	for i := 11; i >= 0; i-- {
		n := Numbers{Week: week.Add(-i)}
		odd := float64(i % 3)
		n.Values = [numbers]float64{100 + odd, 60 + odd, 9, 80, 11 + odd, 20, 1000 + 10*odd, 0.25 + odd/100, 4, 2, 1, 0, 7}
		r.Weeks = append(r.Weeks, n)
	}
	r.Weeks[11].Values = [numbers]float64{80, 61, 5, 70, 5, 31, 1012, 0.26, 9, 6, 2, 1, 7}
	for i := range r.Days {
		r.Days[i] = Day{This: 140 + float64(i), Before: 150, Mean: 145.5}
	}
	r.Hours[9], r.Hours[33], r.Hours[167] = 40, 10, 3
	r.Cohorts = []Cohort{{week.Add(-3), 9, []float64{0.667, 0.556, 0.444}}, {week.Add(-2), 8, []float64{0.5, 0.25}}, {week.Add(-1), 9, []float64{0}}}
	r.Alerts = []Alert{
		{"activity_drop", "warning", "resolved", at(30), "platform_outage", "ios", Text{"Fewer active", "活跃减少"}, Text{"First line.\nSecond line.", "第一行。\n第二行。"}},
		{"kol_at_risk", "info", "open", at(-40), "", "", Text{"A leader is at risk", "核心用户有流失风险"}, Text{"Who may follow: مرحبا, سلام; ada, no. 2", "可能跟着离开的成员：مرحبا、سلام；ada，第 2 名"}},
	}
	r.MoreAlerts = 3
	r.Segments = []Segment{{"channel", "help", 300, 420, 41}, {"channel", "مرحبا", 20, 0, 3}, {"platform", "web", 700, 690, 66}}
	r.Sources = []Source{{"campaign", "spring", 3}, {"campaign", "", 2}, {"channel", "help", 5}}
	r.Contributors = []Contributor{{"王小明", 61.5, 40, 30, 7}, {"<script>alert(1)</script>", 12, 9, 4, 2}, {strings.Repeat("x", 128), 1, 1, 1, 1}}
	r.Rising = []Leader{{"bo", 4, 12, 3}, {"cy", 9, 5, math.NaN()}}
	r.Helpers = []Helper{{"dan", 3, 2, 1}}
	r.Slipping = []Slipping{
		{"eve", 21.4, at(24), at(-400), []Text{{"stopped using channel help", "不再使用频道 help"}, {"fewer replies", "得到的回应变少"}}},
		{"fay", 3, at(48), at(-700), nil},
	}
	r.MoreSlipping = 4
	r.Lost = []LostLeader{{"ada", 2, "at_risk", at(24), []string{"gus", "hal", "ivy"}, 5}, {"jo", 7, "left", at(60), nil, 0}}
	r.Unanswered = []Unanswered{{"kim", "post", "help", "post-17", at(100)}, {"lea", "feedback", "", "f-2", at(101)}}
	r.AnswersKnown, r.MoreAsked = true, 1
	return r
}

func render(t *testing.T, r *Report, lang string) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.HTML(&out, lang); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPagesAreAsKept(t *testing.T) {
	for _, lang := range Languages {
		kept(t, "report."+lang+".html", render(t, sample(t), lang))
		kept(t, "message."+lang+".txt", sample(t).Headline(lang)+"\n\n"+strings.Join(sample(t).Message(lang), "\n")+"\n")
	}
}

// kept compares a text with the one in testdata.
func kept(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -kept +made; `go test ./internal/report -update` keeps it, and then look at it:\n%s", name, diff)
	}
}

// Whatever is in a report and whatever is missing, the page is whole, in its language, and asks nobody for anything.
func TestPagesHold(t *testing.T) {
	names := sample(t)
	hostile := "\"><script src=https://evil.example/x.js></script><img src=x onerror=alert(1)>\u202e{{.}}"
	spoil(reflect.ValueOf(names).Elem(), hostile)
	nobody := &Report{Community: "none", Week: Week{2026, 47}, Zone: time.UTC}
	empty := sample(t)
	*empty = Report{Community: "e", Week: empty.Week, Zone: empty.Zone, Now: empty.Now, Begun: empty.Begun, Lateness: 90 * time.Minute, Weeks: empty.Weeks}
	empty.Weeks[11].Values = [numbers]float64{}
	unknown := sample(t)
	for i := range unknown.Weeks {
		for n := range unknown.Weeks[i].Values {
			unknown.Weeks[i].Values[n] = math.NaN()
		}
	}
	young := sample(t)
	young.Weeks, young.Now = young.Weeks[11:], young.Week.Start(young.Zone).Add(50*time.Hour)
	huge := sample(t)
	for i := range huge.Weeks {
		for n := range huge.Weeks[i].Values {
			huge.Weeks[i].Values[n] *= 1e9
		}
	}
	for name, r := range map[string]*Report{"sample": sample(t), "names": names, "nobody": nobody, "empty": empty, "unknown": unknown, "young": young, "huge": huge} {
		for _, lang := range Languages {
			page := render(t, r, lang)
			for _, bad := range []string{"<script", "<img", "NaN", "Inf", "%!", "url(", "@import", "<no value>", "ZgotmplZ"} {
				if i := strings.Index(page, bad); i >= 0 {
					t.Errorf("%s in %s: %q at %.80q", name, lang, bad, page[max(0, i-40):])
				}
			}
			if err := wellFormed(page); err != nil {
				t.Errorf("%s in %s: %v", name, lang, err)
			}
			if han := regexp.MustCompile(`\p{Han}`).MatchString(page); name == "empty" && han != (lang == "zh") {
				t.Errorf("%s in %s is in another language", name, lang)
			}
		}
	}
	for lang, want := range map[string]string{"en": "Nobody did anything in this week", "zh": "本周没有任何人有过行为"} {
		if page := render(t, empty, lang); !strings.Contains(page, want) {
			t.Errorf("an empty week does not say %q", want)
		}
	}
	if page := render(t, nobody, "en"); !strings.Contains(page, "Nothing has happened") || strings.Contains(page, "<svg") {
		t.Error("a community without actions does not say so")
	}
	if page := render(t, young, "en"); !strings.Contains(page, "The week is not over") || !strings.Contains(page, "first week") || !strings.Contains(page, "needs two weeks") {
		t.Error("a young community does not say so")
	}
	if err := nobody.HTML(io.Discard, "fr"); err == nil {
		t.Error("there is French")
	}
}

// spoil puts text into every string of a value, but for those that are keys of words.
func spoil(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			switch v.Type().Field(i).Name {
			case "Zone", "State", "Severity", "Dimension", "Kind", "Cause":
			default:
				spoil(v.Field(i), text)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			spoil(v.Index(i), text)
		}
	case reflect.String:
		v.SetString(text)
	}
}

// wellFormed reads a page as XML, which it is as well.
func wellFormed(page string) error {
	d := xml.NewDecoder(strings.NewReader(strings.Replace(page, "<!doctype html>", "", 1)))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Every text is there in both languages and takes the same values.
func TestEveryTextIsInBothLanguages(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	han := regexp.MustCompile(`\p{Han}`)
	check := func(key string, w Text) {
		if w.EN == "" || w.ZH == "" || han.MatchString(w.EN) || !han.MatchString(w.ZH) {
			t.Errorf("%s: %q, %q", key, w.EN, w.ZH)
		}
		if en, zh := verbs.FindAllString(w.EN, -1), verbs.FindAllString(w.ZH, -1); !cmp.Equal(en, zh) {
			t.Errorf("%s takes %v in English and %v in Chinese", key, en, zh)
		}
	}
	used := pageText
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if f != "words.go" && !strings.HasSuffix(f, "_test.go") {
			used += string(b)
		}
	}
	var fromData = map[string]bool{}
	for _, key := range strings.Fields("open acknowledged resolved critical warning info channel platform campaign at_risk churned left post feedback holiday platform_outage") {
		fromData[key] = true
	}
	for key, w := range words {
		check(key, w)
		if !fromData[key] && !strings.Contains(used, `"`+key+`"`) {
			t.Errorf("nobody says %q", key)
		}
	}
	for n, a := range abouts {
		check(keys[n], a.name)
		check(keys[n], a.note)
		if _, err := os.Stat(filepath.Join("..", "..", "docs", "metrics", a.page+".md")); err != nil {
			t.Error(err)
		}
	}
	for _, m := range regexp.MustCompile(`l\.say\("([^"]+)"|{{t "([^"]+)"`).FindAllStringSubmatch(used, -1) {
		if _, ok := words[m[1]+m[2]]; !ok {
			t.Errorf("there is no text %q", m[1]+m[2])
		}
	}
}
