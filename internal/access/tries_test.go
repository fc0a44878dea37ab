package access

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Ten wrong tokens at once, then one every six seconds, from one address. The right one is taken whatever the count, so
// nobody locks out anybody, and what is kept is bounded.
func TestTries(t *testing.T) {
	s := newSite(false, token)
	v := s.visit(t)
	for range burst {
		v.wants(401, "", "POST", "/admin", "Authorization", "Bearer wrong")
	}
	v.wants(429, "wait", "POST", "/admin", "Authorization", "Bearer wrong")
	v.wants(200, "admin", "POST", "/admin", "Authorization", "Bearer "+token)
	if w := v.do("POST", "/signin", "token=wrong"); w.Code != 429 || !strings.Contains(w.Body.String(), "Wait a minute") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.visit(t).do("POST", "/signin", "token="+url.QueryEscape(token)); w.Code != 303 {
		t.Errorf("the right token: %d %s", w.Code, w.Body)
	}
	v.wants(429, "", "GET", "/api/panels", "Authorization", "Bearer x")
	v.wants(401, "", "GET", "/api/panels") // says nothing, so tries nothing
	s.now = s.now.Add(refill)
	v.wants(401, "", "POST", "/admin", "Authorization", "Bearer wrong")
	v.wants(429, "", "POST", "/admin", "Authorization", "Bearer wrong")

	var tr tries
	for i := range addresses + burst {
		tr.fail(fmt.Sprint(i), s.now)
	}
	if len(tr.full) > addresses+1 {
		t.Errorf("%d addresses are remembered", len(tr.full))
	}
	if tr.fail("new", s.now) == 0 || tr.fail("0", s.now) != 0 {
		t.Error("those that are not remembered share a count, and nobody else has it")
	}
	later := s.now.Add(time.Hour)
	if tr.fail("new", later) != 0 || len(tr.full) != 1 {
		t.Errorf("%d are still remembered", len(tr.full))
	}
	for in, want := range map[string]string{"1.2.3.4:5": "1.2.3.4", "[::ffff:1.2.3.4]:5": "1.2.3.4", "[2001:db8:1:2:3::4]:5": "2001:db8:1:2::/64", "pipe": "pipe"} {
		if got := address(in); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}
