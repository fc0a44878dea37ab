package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/note"
	"github.com/rollcall-dev/rollcall/alerts/post"
)

// mostBody: a message may have 20,000 bytes; https://open.dingtalk.com/document/orgapp/custom-robot-access
const mostBody = 20_000

// shut is for how long DingTalk takes nothing from a bot that sent more than 20 messages within a minute.
const shut = 10 * time.Minute

const security = "check the bot's security settings: its secret, this machine's clock, its keywords, its list of addresses"

// codes: https://open.dingtalk.com/document/orgapp/custom-bot-send-message-type and the page above.
var codes = post.Codes{Code: "errcode", Text: "errmsg",
	Busy: map[int64]time.Duration{-1: 0, 130101: shut, 410100: shut},
	Mistakes: map[int64]string{
		310000: security,
		300001: "the url is not one of a bot: copy it again",
		300005: "the url is not one of a bot: copy it again",
		400101: "the url is not one of a bot: copy it again",
		400013: "the group was dissolved",
		400102: "the bot was stopped: start it in the group's settings",
		400106: "the bot was removed from the group",
		40035:  "the payload was refused",
		43004:  "the payload was refused",
		400105: "the payload was refused",
		430101: "the message was held to be unsafe", 430102: "the message was held to be unsafe",
		430103: "the message was held to be unsafe", 430104: "the message was held to be unsafe",
		460101: "the message is too long",
	}}

// Channel is a group of DingTalk.
type Channel struct {
	poster *post.Poster
	secret string
	now    func() time.Time
}

// New makes the channel of a bot's address and its secret (SEC…), empty where the bot does not check signatures.
func New(address, secret string) (*Channel, error) {
	secret = strings.TrimSpace(secret)
	poster, err := post.New("dingtalk", address, secret)
	if err != nil {
		return nil, err
	}
	return &Channel{poster, secret, time.Now}, nil
}

type payload struct {
	MsgType  string   `json:"msgtype"`
	Markdown markdown `json:"markdown"`
}

type markdown struct {
	Title string `json:"title"` // what a notification shows
	Text  string `json:"text"`
}

// Send implements alerts.Channel.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	body, err := note.Fit(m, mostBody, func(d note.Digest) ([]byte, error) {
		return json.Marshal(payload{"markdown", markdown{note.Defused(d.Title), d.Markdown(m.Language)}})
	})
	if err != nil {
		return err
	}
	var query url.Values
	if c.secret != "" {
		timestamp := strconv.FormatInt(c.now().UnixMilli(), 10)
		query = url.Values{"timestamp": {timestamp}, "sign": {sign(timestamp, c.secret)}}
	}
	answer, err := c.poster.Post(ctx, query, nil, body)
	if err != nil {
		return err
	}
	return c.poster.Judge(answer, codes)
}

// sign: https://open.dingtalk.com/document/orgapp/customize-robot-security-settings
func sign(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
