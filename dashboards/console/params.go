package console

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/dashboards"
)

var (
	communityName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	zoneName      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._+-]*(/[A-Za-z0-9._+-]+){0,2}$`)
)

// The instants a DateTime64(3) can hold and a statement can still add days to.
var (
	earliest = time.Date(1900, 2, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2290, 1, 1, 0, 0, 0, 0, time.UTC)
)

// bind checks the parameters that the panel binds and brings them into ClickHouse's
// form. What the panel does not bind is left out, so that equal questions are equal.
// The error is a problem.
func bind(p dashboards.Panel, q url.Values) (map[string]string, error) {
	bound := map[string]string{}
	for _, name := range p.Binds() {
		value, expected := check(name, q.Get(name))
		if expected != "" {
			return nil, problem{Status: http.StatusBadRequest, Parameter: name,
				Detail: "The parameter " + name + " must be " + expected + "."}
		}
		bound[name] = value
	}
	from, bindsFrom := bound["from"]
	if to, ok := bound["to"]; bindsFrom && ok && from >= to { // the layout sorts as text
		return nil, problem{Status: http.StatusBadRequest, Parameter: "to",
			Detail: "The parameter to must be later than from."}
	}
	if bound["dimension"] == "" && bound["segment"] != "" {
		return nil, problem{Status: http.StatusBadRequest, Parameter: "dimension",
			Detail: "A segment needs its dimension: channel, platform or kind."}
	}
	return bound, nil
}

// check returns the value for ClickHouse, or what was expected instead.
func check(name, value string) (string, string) {
	switch name {
	case "community":
		if communityName.MatchString(value) {
			return value, ""
		}
		return "", "the name of a community: letters, digits, dot, underscore, hyphen, 64 at most"
	case "from", "to", "at":
		t, ok := instant(value)
		if ok && !t.Before(earliest) && t.Before(latest) {
			return t.UTC().Format("2006-01-02 15:04:05.000"), ""
		}
		return "", "an instant as Unix milliseconds or RFC 3339, or a day as 2006-01-02"
	case "window":
		if slices.Contains(dashboards.Windows, value) {
			return value, ""
		}
		return "", "one of " + strings.Join(dashboards.Windows, ", ")
	case "dimension":
		if slices.Contains(dashboards.Dimensions, value) {
			return value, ""
		}
		return "", "empty or one of " + strings.Join(dashboards.Dimensions[1:], ", ")
	case "segment", "group":
		if len(value) <= 256 && utf8.ValidString(value) && !strings.ContainsRune(value, 0) {
			return value, ""
		}
		return "", "up to 256 bytes of UTF-8"
	case "member":
		if value != "" && len(value) <= 128 && utf8.ValidString(value) && !strings.ContainsFunc(value, unicode.IsControl) {
			return value, ""
		}
		return "", "a member: 1 to 128 bytes of UTF-8 without control characters"
	case "n":
		if n, err := strconv.ParseUint(value, 10, 16); err == nil && n <= 1000 {
			return value, ""
		}
		return "", "a number from 0 to 1000"
	case "interval":
		if value == "" {
			return "week", ""
		}
		if slices.Contains(dashboards.CalendarIntervals, value) {
			return value, ""
		}
		return "", "one of " + strings.Join(dashboards.CalendarIntervals, ", ")
	case "time_zone":
		if value == "" {
			return "UTC", ""
		}
		if zoneName.MatchString(value) && value != "Local" {
			if _, err := time.LoadLocation(value); err == nil {
				return value, ""
			}
		}
		return "", "an IANA time zone such as Asia/Shanghai"
	}
	return "", "unused: no panel knows it"
}

func instant(value string) (time.Time, bool) {
	if ms, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.UnixMilli(ms), true
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return day, true
	}
	t, err := time.Parse(time.RFC3339, value)
	return t, err == nil
}
