package files

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBeginKnowsTheCommunities(t *testing.T) {
	line := func(community string) string {
		return `{"community":"` + community + `","member":"m","kind":"post","time":1000}` + "\n"
	}
	o := options("-", put(t, "b.ndjson", line("c")+line("bad name")))
	o.Community, o.Stdin = "", strings.NewReader(line("d")+line("a")+line("d"))
	r := &recorder{}
	o.Begin = func(_ context.Context, communities []string) error {
		if diff := cmp.Diff([]string{"a", "c", "d"}, communities); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return errors.New("not today")
	}
	if _, err := Import(t.Context(), o, r); err == nil || err.Error() != "not today" || len(r.actions(t)) > 0 {
		t.Errorf("got %v and %d actions", err, len(r.actions(t)))
	}
}
