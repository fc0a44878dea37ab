package app

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas"
)

// AlertSettings are where alerts go: alerts in rollcall.yaml.
type AlertSettings struct {
	ConsoleURL string // as receivers reach the console; empty: messages have no link
	Receivers  []ReceiverSetting
}

// ReceiverSetting is a receiver as users write it.
type ReceiverSetting struct {
	At   string // where it stands, for errors: rollcall.yaml:12
	Name string
	Type string

	URL, URLFile, URLEnv  string // one of them
	SecretFile, SecretEnv string // one of them, where the type wants a secret

	Language    string // en or zh; empty is en
	Communities []string
	Kinds       []string
	MinSeverity string
	QuietHours  string
	TimeZone    string // empty: the community's
	GroupFor    string // a Go duration; empty is the type's
	GiveUpAfter string // a Go duration; empty is a day
	MaxAge      string // a Go duration, 0 is any; empty is a day
	PerMinute   *float64
	Weekly      bool // it is sent the reports of weeks as well

	From string // of mail
	To   []string
}

const (
	defaultGiveUp = 24 * time.Hour
	defaultMaxAge = 24 * time.Hour
	maxGroupFor   = time.Hour
	maxGiveUp     = 30 * 24 * time.Hour
	maxMaxAge     = 366 * 24 * time.Hour
)

var receiverName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Check reports what is wrong with what is set, whatever else is still to come.
func (r *ReceiverSetting) Check() error {
	if r.Name != "" && !receiverName.MatchString(r.Name) {
		return fmt.Errorf("name: a receiver's name is 1 to 40 of a-z 0-9 -, got %q", r.Name)
	}
	if _, ok := channelTypes[r.Type]; r.Type != "" && !ok {
		return fmt.Errorf("type: there is no %q; there are: %s", r.Type, strings.Join(channelNames, ", "))
	}
	if err := oneOf("language", r.Language, []string{"en", "zh"}); err != nil {
		return err
	}
	if err := oneOf("min_severity", r.MinSeverity, outbox.Severities); err != nil {
		return err
	}
	for _, k := range r.Kinds {
		if err := oneOf("kinds", k, registry.AlertKinds); err != nil {
			return err
		}
	}
	for _, c := range r.Communities {
		if !schemas.ValidCommunity(c) {
			return fmt.Errorf("communities: %q is no community's name", c)
		}
	}
	if r.PerMinute != nil && !(*r.PerMinute >= 0 && *r.PerMinute <= 100_000) {
		return fmt.Errorf("per_minute: a number from 0, which is any number, to 100000, got %v", *r.PerMinute)
	}
	if err := r.checkTimes(); err != nil {
		return err
	}
	return r.checkAddresses()
}

func oneOf(key, value string, known []string) error {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%s: there is no %q; there are: %s", key, value, strings.Join(known, ", "))
}

func (r *ReceiverSetting) checkTimes() error {
	if _, err := outbox.ParseHours(r.QuietHours); err != nil {
		return fmt.Errorf("quiet_hours: %w", err)
	}
	if _, err := time.LoadLocation(r.TimeZone); err != nil || r.TimeZone == "Local" {
		return fmt.Errorf("time_zone: %q is not known; give an IANA name, as Asia/Shanghai", r.TimeZone)
	}
	for _, d := range []struct {
		key, text string
		most      time.Duration
	}{{"group_for", r.GroupFor, maxGroupFor}, {"give_up_after", r.GiveUpAfter, maxGiveUp}, {"max_age", r.MaxAge, maxMaxAge}} {
		if v, err := time.ParseDuration(d.text); d.text != "" && (err != nil || v < 0 || v > d.most) {
			return fmt.Errorf("%s: a duration like 5s or 24h, at most %s, got %q", d.key, d.most, d.text)
		}
	}
	return nil
}

func (r *ReceiverSetting) checkAddresses() error {
	if u, err := url.Parse(r.URL); r.URL != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return errors.New("url: a whole address is needed, as the service shows it") // which is a secret of some, so it is not shown
	}
	for _, file := range []string{r.URLFile, r.SecretFile} {
		if strings.ContainsRune(file, 0) {
			return fmt.Errorf("%q is no file's name", file)
		}
	}
	return nil
}

// Complete reports what is missing for the receiver's type, and what is too much.
func (r *ReceiverSetting) Complete() error {
	if r.Name == "" || r.Type == "" {
		return errors.New("a receiver needs a name and a type")
	}
	kind := channelTypes[r.Type]
	if r.Weekly && r.Type == "alertmanager" {
		return fmt.Errorf("receiver %s: weekly_report: Alertmanager takes alerts, which end; give it to a chat, mail or webhook", r.Name)
	}
	set := map[string]int{}
	for key, value := range map[string]string{"url": r.URL, "url_file": r.URLFile, "url_env": r.URLEnv, "secret_file": r.SecretFile,
		"secret_env": r.SecretEnv, "from": r.From, "to": strings.Join(r.To, ",")} {
		if value != "" {
			set[strings.TrimSuffix(strings.TrimSuffix(key, "_file"), "_env")]++
		}
	}
	for _, key := range []string{"url", "secret", "from", "to"} {
		given := map[string]string{"url": "url, url_file or url_env", "secret": "secret_file or secret_env"}[key]
		if given == "" {
			given = key
		}
		needed := slices.Contains(kind.needs, key)
		switch {
		case set[key] > 1:
			return fmt.Errorf("receiver %s: %s: give one of them", r.Name, given)
		case needed && set[key] == 0:
			return fmt.Errorf("receiver %s: a receiver of type %s needs %s", r.Name, r.Type, given)
		case set[key] > 0 && !needed && !slices.Contains(kind.takes, key):
			return fmt.Errorf("receiver %s: a receiver of type %s has no %s", r.Name, r.Type, key)
		}
	}
	if u, err := url.Parse(r.URL); r.URL != "" && (err != nil || !slices.Contains(kind.schemes, u.Scheme)) {
		return fmt.Errorf("receiver %s: url: an address of type %s begins with %s://", r.Name, r.Type, strings.Join(kind.schemes, ":// or "))
	}
	return nil
}

// text is a value that is given as it is, in a file, or in the environment.
func (r *ReceiverSetting) text(key, plain, file, env string) (string, error) {
	text := plain
	switch {
	case file != "":
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_file: %w", key, err)
		}
		text = string(b)
	case env != "":
		text = os.Getenv(env)
		if text == "" {
			return "", fmt.Errorf("%s_env: the environment has no %s", key, env)
		}
	}
	text = strings.TrimSpace(text)
	if file != "" && text == "" {
		return "", fmt.Errorf("%s_file: %s is empty", key, file)
	}
	return text, nil
}
