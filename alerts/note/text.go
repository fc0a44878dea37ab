package note

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain is a text on one line, without control characters, marks of direction and invisible characters, and with no
// address that a program would make a link of by itself, cut after most characters.
func Plain(text string, most int) string {
	text = text[:min(len(text), 16*most)] // what can be shown of it, and more: a name may be a megabyte
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200d', r == utf8.RuneError:
			return -1 // of the invisible, marks of direction among them, only the joiner of emoji stays
		}
		return r
	}, text)
	return Cut(strings.TrimSpace(strings.ReplaceAll(text, "://", "：//")), most)
}

// Cut shortens a text to most characters, the last of which is then an ellipsis.
func Cut(text string, most int) string {
	if most <= 0 {
		return ""
	}
	n := 0
	last := 0 // where the character before the last allowed begins
	for i := range text {
		if n == most-1 {
			last = i
		}
		if n == most {
			return text[:last] + "…"
		}
		n++
	}
	return text
}

// says tells whether a name stands in a line by itself, and not within a number or another word. Of one that was cut, the
// line may say more.
func says(line, name string, cut bool) bool {
	for at := range line {
		if !strings.HasPrefix(line[at:], name) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(line[:at])
		after, _ := utf8.DecodeRuneInString(line[at+len(name):])
		if !inWord(before) && (cut || !inWord(after)) {
			return true
		}
	}
	return false
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// wide are the full-width forms of what begins a markup or a mention. They look the same and mean nothing.
var wide = strings.NewReplacer(
	"*", "＊", "`", "｀", "~", "～", "#", "＃", "[", "［", "]", "］", "<", "＜", ">", "＞", "|", "｜", `\`, "＼", "@", "＠",
	"&", "＆",
)

// Defused is a text that no Markdown and no mention survives in. Services that read Markdown disagree on how it is
// escaped, so what could begin it becomes the full-width form. An underscore within a word stays: ids have them.
func Defused(text string) string {
	runes := []rune(wide.Replace(text))
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	for i, r := range runes {
		if r == '_' && !(word(i-1) && word(i+1)) {
			runes[i] = '＿'
		}
	}
	return string(runes)
}
