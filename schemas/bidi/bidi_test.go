package bidi

import (
	"strings"
	"testing"
)

func TestIsolate(t *testing.T) {
	shown := strings.NewReplacer("\u2068", "[", "\u2069", "]")
	for text, want := range map[string]string{
		"":                    "",
		"Contact first: ada.": "Contact first: ada.",
		"优先联系：王小明；李雷。":        "优先联系：王小明；李雷。",
		"Contact first: דוד כהן (1 day), שרה; bo.": "Contact first: [דוד כהן] (1 day), [שרה]; bo.",
		"优先联系：مرحبا、سلام。":                         "优先联系：[مرحبا]、[سلام]。",
		"דוד12 had 30, 5 of שרה 7":                 "[דוד12] had 30, 5 of [שרה] 7",
		"دال.":                                     "[دال].",
		"\u2068דוד\u2069, שרה":                     "[דוד], שרה",
	} {
		if got := shown.Replace(Isolate(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
