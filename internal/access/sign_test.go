package access

import (
	"strings"
	"testing"
)

// A token is long enough, and as it was written: what is wrong is told without it.
func TestCheckToken(t *testing.T) {
	for in, want := range map[string]string{"": "0 characters", "hush": "4 characters", strings.Repeat("好", 19): "19 characters", "hush" + strings.Repeat(" ", 20): "4 characters",
		" " + token: "white space", token + "\n": "white space", strings.Repeat("好", 20): "", token: ""} {
		if err := CheckToken(in); err == nil && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush")) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}
