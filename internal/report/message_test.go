package report

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Chats cut messages after 1500 characters: in a week in which all is notable, the numbers and who to thank are before that.
func TestWhatMattersStandsInFrontInATurbulentWeek(t *testing.T) {
	r := sample(t)
	for n := range numbers {
		r.Weeks[11].Values[n] = 5000
	}
	r.Contributors = nil
	for _, c := range "abcdefg" {
		r.Contributors = append(r.Contributors, Contributor{Member: strings.Repeat(string(c), 100)})
	}
	for lang, want := range map[string][]string{
		"en": {"5,000 members were active", "Contributing members 5,000", "Who to thank: aaa"},
		"zh": {"5,000 名成员活跃", "贡献成员 5,000", "感谢谁：aaa"},
	} {
		lines := r.Message(lang)
		length := 0
		for i, begins := range want {
			length += utf8.RuneCountInString(lines[i])
			if !strings.HasPrefix(lines[i], begins) {
				t.Errorf("line %d of the message: %q, want %q", i, lines[i], begins)
			}
		}
		if length > 1500 {
			t.Errorf("the first lines have %d characters", length)
		}
		if got, want := len(lines), len(r.Sentences(lang))+2; got != want {
			t.Errorf("%d lines, want %d", got, want)
		}
	}
}

func TestACommunityWhereNothingHasHappenedHasNoNumbers(t *testing.T) {
	r := &Report{Community: "none", Week: Week{2026, 47}, Zone: time.UTC}
	for _, lang := range Languages {
		if got := r.Message(lang); len(got) > 0 || !strings.Contains(r.Headline(lang), "none") {
			t.Errorf("%q, %q", r.Headline(lang), got)
		}
	}
}
