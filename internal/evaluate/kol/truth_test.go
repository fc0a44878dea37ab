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
		"blanks":          "ada, 3 \n\"bo, the second\", -1.5\n",
		"tabs":            "member\tvalue\nada\t3\nbo, the second\t-1.5\n",
		"semicolons":      "member;upvotes\nada;3\nbo, the second;-1.5\n",
		"named columns":   "value,name,member\n3,x,ada\n-1.5,y,\"bo, the second\"\n",
		"named values":    "value,name\n3,ada\n-1.5,\"bo, the second\"\n",
		"named members":   "upvotes,member\n3,ada\n-1.5,\"bo, the second\"\n",
		"array":           `[{"member":"ada","value":3},{"member":"bo, the second","value":"-1.5"}]`,
		"ndjson":          ` {"member":"ada","value":3}` + "\n" + `{"value":-1.5,"member":"bo, the second","note":"x"}` + "\n",
	} {
		got, err := ReadTruth(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(Truth{Worth: want}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReadTruthLeavesOutWhatHasNoValue(t *testing.T) {
	want := Truth{Worth: map[string]float64{"7": 3}, Missing: 3}
	for _, text := range []string{
		"member,value\nada,\n7,3\nbo,NA\ncy,NaN\n",
		"{\"member\":\"ada\"}\n{\"member\":7,\"value\":3}\n{\"member\":\"bo\",\"value\":null}\n{\"member\":\"cy\",\"value\":\"\"}",
	} {
		if got, err := ReadTruth(strings.NewReader(text)); err != nil || !cmp.Equal(want, got) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	if got, err := ReadTruth(strings.NewReader("ada 3\nbo   -1.5\n")); err != nil || got.Worth["bo"] != -1.5 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestReadTruthSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "is empty",
		"\n":                             "is empty",
		"ada,1\nbo,much\n":               `line 2: "much" is no number`,
		"ada\n":                          "line 1: expected member,value",
		"ada,1\nada,2\n":                 `line 2: "ada" is there twice`,
		"ada,1\nbo,Inf\n":                `line 2: "Inf" is no number`,
		"ada,1\n,2\n":                    "line 2: expected a member",
		"member,value\n":                 "no line has a member and a value",
		"ada,\n":                         "no line has a member and a value",
		`"ada,1`:                         "quote",
		`{"member":"ada"}`:               "no line has a member and a value",
		`[{"member":"ada","value":1},`:   "object 2: ",
		`{"member":"ada","value":"lot"}`: "object 1: ",
		"{\"member\":\"ada\",\"value\":1}\n{\"value\":1}": "object 2: expected a member",
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
		if got, err := ReadTruth(strings.NewReader(text)); err != nil && got.Worth != nil {
			t.Errorf("%v and %v", got, err)
		}
	})
}
