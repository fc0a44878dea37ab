package kol

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadTruth(t *testing.T) {
	want := map[string]float64{"ada": 3, "bo, the second": -1.5}
	for name, text := range map[string]string{
		"csv":             "ada,3\n\"bo, the second\",-1.5\n",
		"with a header":   "\ufeffmember,upvotes\r\nada,3\r\n\"bo, the second\",-1.5\r\n",
		"further columns": "\nada,3,x\n\"bo, the second\",-1.5,y\n",
		"ndjson":          ` {"member":"ada","value":3}` + "\n" + `{"value":-1.5,"member":"bo, the second","note":"x"}` + "\n",
	} {
		got, err := ReadTruth(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReadTruthSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "is empty",
		"\n":                             "is empty",
		"ada,1\nbo,much\n":               `line 2: "much" is no number`,
		"ada\n":                          "line 1: expected member,value",
		"ada,1\nada,2\n":                 `line 2: "ada" is there twice`,
		"ada,NaN\n":                      "line 1: expected a member and a number",
		`"ada,1`:                         "quote",
		`{"member":"ada"}`:               "object 1: ",
		`{"member":"ada","value":"lot"}`: "object 1: ",
		"{\"member\":\"ada\",\"value\":1}\n{\"value\":1}": "line 2: expected a member",
	} {
		if _, err := ReadTruth(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzReadTruth(f *testing.F) {
	f.Add("member,value\nada,1\n")
	f.Add(`{"member":"ada","value":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := ReadTruth(strings.NewReader(text)); err != nil && got != nil {
			t.Errorf("%v and %v", got, err)
		}
	})
}
