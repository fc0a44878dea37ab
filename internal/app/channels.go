package app

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alertmanager"
	"github.com/rollcall-dev/rollcall/alerts/dingtalk"
	"github.com/rollcall-dev/rollcall/alerts/feishu"
	"github.com/rollcall-dev/rollcall/alerts/mail"
	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/alerts/slack"
	"github.com/rollcall-dev/rollcall/alerts/webhook"
	"github.com/rollcall-dev/rollcall/alerts/wecom"
)

// channelType is what a type of receiver is set by, and how often it likes to be called.
type channelType struct {
	needs, takes []string // of url, secret, from, to
	schemes      []string // of its url
	groupFor     time.Duration
	most         int     // alerts in one message
	perMinute    float64 // messages
	ends         bool    // a program that keeps an alert open until it is told of its end
	open         func(r ReceiverSetting, address, secret string) (alerts.Channel, error)
}

const chatGroup = 5 * time.Second

var web = []string{"https", "http"}

var channelTypes = map[string]channelType{
	// An event a change: its id is the change's, whatever else happens at the time.
	"webhook": {needs: []string{"url", "secret"}, schemes: web, most: 1, perMinute: 600, ends: true,
		open: func(_ ReceiverSetting, address, secret string) (alerts.Channel, error) {
			return opened(webhook.New(address, secret))
		}},
	"alertmanager": {needs: []string{"url"}, takes: []string{"secret"}, schemes: web, most: alerts.MostAlerts, perMinute: 600, ends: true,
		open: func(_ ReceiverSetting, address, secret string) (alerts.Channel, error) {
			return opened(alertmanager.New(address, secret))
		}},
	"mail": {needs: []string{"url", "from", "to"}, takes: []string{"secret"}, schemes: []string{"smtp", "smtps"}, groupFor: chatGroup,
		most: alerts.MostAlerts, perMinute: 20, open: func(r ReceiverSetting, address, secret string) (alerts.Channel, error) {
			return opened(mail.New(mail.Config{URL: address, Password: secret, From: r.From, To: r.To}))
		}},
	// The address of a chat's robot is its password, and some sign what they send as well.
	"slack": chat(60, nil, func(address, _ string) (alerts.Channel, error) { return opened(slack.New(address)) }),
	"feishu": chat(60, []string{"secret"}, func(address, secret string) (alerts.Channel, error) {
		return opened(feishu.New(address, secret))
	}),
	"dingtalk": chat(20, []string{"secret"}, func(address, secret string) (alerts.Channel, error) {
		return opened(dingtalk.New(address, secret))
	}),
	"wecom": chat(20, nil, func(address, _ string) (alerts.Channel, error) { return opened(wecom.New(address)) }),
}

// chat is a robot that writes into a group, so often a minute at most as its service allows.
func chat(perMinute float64, takes []string, open func(address, secret string) (alerts.Channel, error)) channelType {
	return channelType{needs: []string{"url"}, takes: takes, schemes: web, groupFor: chatGroup, most: alerts.MostAlerts, perMinute: perMinute,
		open: func(_ ReceiverSetting, address, secret string) (alerts.Channel, error) { return open(address, secret) }}
}

var channelNames = slices.Sorted(maps.Keys(channelTypes))

// opened keeps a nil pointer from becoming a channel.
func opened[C alerts.Channel](c C, err error) (alerts.Channel, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Names returns the receivers'.
func (s AlertSettings) Names() []string {
	var out []string
	for _, r := range s.Receivers {
		out = append(out, r.Name)
	}
	return out
}

// receivers opens what is set. Secrets are looked for here, not when the settings are read: other commands need none.
func (s AlertSettings) receivers() ([]outbox.Receiver, error) {
	var out []outbox.Receiver
	for _, set := range s.Receivers {
		r, err := set.receiver()
		if err != nil {
			return nil, Usagef("%s: receiver %s: %v", set.At, set.Name, err)
		}
		out = append(out, r)
	}
	return out, nil
}

func (r ReceiverSetting) receiver() (outbox.Receiver, error) {
	if err := errors.Join(r.Check(), r.Complete()); err != nil {
		return outbox.Receiver{}, err
	}
	address, err := r.text("url", r.URL, r.URLFile, r.URLEnv)
	if err != nil {
		return outbox.Receiver{}, err
	}
	secret, err := r.text("secret", "", r.SecretFile, r.SecretEnv)
	if err != nil {
		return outbox.Receiver{}, err
	}
	kind := channelTypes[r.Type]
	out := outbox.Receiver{Name: r.Name, Type: r.Type, Language: r.Language, Communities: r.Communities, Kinds: r.Kinds, Severity: r.MinSeverity, Ends: kind.ends, Weekly: r.Weekly,
		Wait: kind.groupFor, Most: kind.most, PerMinute: kind.perMinute}
	if out.Channel, err = kind.open(r, address, secret); err != nil {
		return out, err
	}
	if out.Quiet, err = outbox.ParseHours(r.QuietHours); err != nil {
		return out, err
	}
	if r.TimeZone != "" {
		if out.Zone, err = time.LoadLocation(r.TimeZone); err != nil {
			return out, fmt.Errorf("time_zone: %w", err)
		}
	}
	if r.PerMinute != nil {
		out.PerMinute = *r.PerMinute
	}
	if out.Wait, err = durationOr(r.GroupFor, out.Wait); err != nil {
		return out, err
	}
	if out.GiveUp, err = durationOr(r.GiveUpAfter, defaultGiveUp); err != nil {
		return out, err
	}
	out.MaxAge, err = durationOr(r.MaxAge, defaultMaxAge)
	return out, err
}

func durationOr(text string, otherwise time.Duration) (time.Duration, error) {
	if text == "" {
		return otherwise, nil
	}
	return time.ParseDuration(text)
}
