package note

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestCutKeepsCharactersWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, most := rapid.String().Draw(t, "text"), rapid.IntRange(0, 20).Draw(t, "most")
		got := Cut(text, most)
		n := utf8.RuneCountInString(got)
		if !utf8.ValidString(got) || n > most {
			t.Fatalf("%d of %d characters: %q", n, most, got)
		}
		if utf8.RuneCountInString(text) <= most && got != text {
			t.Fatalf("%q fits and became %q", text, got)
		}
		if text != got && most > 0 && (n != most || !strings.HasSuffix(got, "…") || !strings.HasPrefix(text, strings.TrimSuffix(got, "…"))) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func TestPlainIsOneHarmlessLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range Plain(rapid.String().Draw(t, "text"), 100) {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
				t.Fatalf("%q", r)
			}
		}
	})
	for text, want := range map[string]string{
		" a\r\nb\tc ": "a  b c", "user\u202egnp.exe": "usergnp.exe", "a\u200bb\ufeffc\u2066d": "abcd", "👩‍💻": "👩‍💻",
		"see https://evil.example": "see https：//evil.example", "\xff": "", "\u2028x": "x",
	} {
		if got := Plain(text, 100); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestDefusedHasNoMarkupLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab1_*`~#[]()<>|\\@&! 流"))).Draw(t, "text")
		got := []rune(Defused(text))
		for i, r := range got {
			if strings.ContainsRune("*`~#[]<>|\\@&", r) || r == '_' && (i == 0 || i == len(got)-1 || got[i-1] == ' ' || got[i+1] == ' ') {
				t.Fatalf("%q became %q", text, string(got))
			}
		}
		if len(got) != utf8.RuneCountInString(text) {
			t.Fatalf("%q became %q", text, string(got))
		}
	})
	if got := Defused("user_1 _x_"); got != "user_1 ＿x＿" {
		t.Error(got)
	}
}

func TestFitShortensUntilItFits(t *testing.T) {
	long := alerttest.LongAlert()
	m := alerttest.Message("zh", long, long, long)
	render := func(d Digest) ([]byte, error) { return []byte(d.Markdown("zh")), nil }
	full, err := Fit(m, 1<<20, render)
	if err != nil || strings.Count(string(full), "\n- 流失") != 9 {
		t.Fatalf("%v: nine names of three alerts are wanted in\n%s", err, full)
	}
	for most := len(full); most >= 2000; most -= 97 {
		got, err := Fit(m, most, render)
		if err != nil || len(got) > most || !strings.Contains(string(got), "3 条告警") {
			t.Fatalf("%d: %d bytes, %v", most, len(got), err)
		}
	}
	if _, err := Fit(m, 100, render); !alerts.Permanent(err) {
		t.Error(err)
	}
	if _, err := Fit(m, 100, func(Digest) ([]byte, error) { return nil, errors.New("no") }); !alerts.Permanent(err) {
		t.Error(err)
	}
}

func TestAMessageNamesTenAndTellsOfTheRest(t *testing.T) {
	for n := 1; n <= 30; n++ {
		m := alerttest.Message("en")
		for range n {
			m.Alerts = append(m.Alerts, alerttest.Alert("opened"))
		}
		names := 0
		d := Full(m)
		for _, note := range d.Notes {
			names += len(note.People)
			if want := fmt.Sprintf("and %d more", len(m.Alerts[0].GetMembers())-len(note.People)); note.More != want {
				t.Errorf("%q, want %q", note.More, want)
			}
		}
		if names > alerts.MostNames || len(d.Notes) > alerts.MostAlerts {
			t.Errorf("%d alerts: %d names in %d notes", n, names, len(d.Notes))
		}
		if want := fmt.Sprintf("and %d more alerts", n-alerts.MostAlerts); n > alerts.MostAlerts && d.More != want {
			t.Errorf("%q, want %q", d.More, want)
		}
	}
}

func TestTheTextDoesNotSayTheListAgain(t *testing.T) {
	a := alerttest.Alert("opened")
	got := Full(alerttest.Message("en", a)).Markdown("en")
	if n := strings.Count(got, "m01"); n != 1 || !strings.Contains(got, "- m01: left after") || !strings.Contains(got, "What to do") {
		t.Errorf("m01 is named %d times in\n%s", n, got)
	}
	a.State = "resolved" // then there is no list
	if got := Full(alerttest.Message("en", a)).Markdown("en"); strings.Count(got, "m01") != 1 || strings.Contains(got, "- m01") {
		t.Error(got)
	}
	a.State, a.TextEn = "open", "m00 m01 m02" // nothing else would be left
	if got := Full(alerttest.Message("en", a)).Markdown("en"); !strings.Contains(got, "m00 m01 m02") {
		t.Error(got)
	}
}

// Where members have short or numeric ids, numbers and words hold them by chance.
func TestALineThatOnlyHoldsNamesByChanceIsTold(t *testing.T) {
	people := func(a *actionpb.Alert, names ...string) *actionpb.Alert {
		a.Members = a.Members[:len(names)]
		for i, name := range names {
			a.Members[i].Member = name
		}
		return a
	}
	a := people(alerttest.Alert("opened"), "7", "12", "a")
	a.TextEn = "In week 47 there were 512 actions.\nContact first: 7 (left); 12 (left); a (left)."
	if got := Full(alerttest.Message("en", a)).Markdown("en"); !strings.Contains(got, "512 actions") || strings.Contains(got, "Contact first: 7") {
		t.Error(got)
	}
	a = people(alerttest.Alert("opened"), "小", "王", "李")
	a.TextZh = "小王与王小明、李四都在。\n优先联系：小（退出）；王（退出）；李（退出）。"
	if got := Full(alerttest.Message("zh", a)).Markdown("zh"); !strings.Contains(got, "李四都在") || strings.Contains(got, "优先联系：小") {
		t.Error(got)
	}
	long := strings.Repeat("x", 59)
	a = people(alerttest.Alert("opened"), long+"yz")
	a.TextEn = "What it is.\nContact first: " + long + "… (left)."
	if got := Full(alerttest.Message("en", a)).Markdown("en"); strings.Contains(got, "Contact first: x") {
		t.Error(got)
	}
	a = people(alerttest.Alert("opened"), "5", "9", "3")
	a.Kind, a.TextEn = alerts.WeeklyReport, "80 were active.\nNew 5, Dormant 9, Left 3.\nWho to thank: 3, 9, 5"
	if got := Full(alerttest.Message("en", a)).Markdown("en"); !strings.Contains(got, "New 5") || !strings.Contains(got, "Who to thank: 3") {
		t.Error(got)
	}
}

func TestWithoutALinkAndAZone(t *testing.T) {
	m := alerttest.Message("zh", alerttest.Alert("silenced"))
	m.Zone, m.Link = nil, nil
	got := Full(m).Markdown("zh")
	if !strings.Contains(got, "2026-03-03 08:05 UTC") || strings.Contains(got, "](") {
		t.Error(got)
	}
}
