package feishu

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/note"
	"github.com/rollcall-dev/rollcall/alerts/post"
)

// mostBody: a request may have 20 KB; https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
const mostBody = 20_000

// codes are of the same page. A bot may send 100 messages a minute and 5 a second.
var codes = post.Codes{Code: "code", Text: "msg",
	Busy: map[int64]time.Duration{11232: time.Minute, 99991400: time.Minute},
	Mistakes: map[int64]string{
		9499:  "the payload was refused",
		19001: "the url is not one of a bot: copy it again",
		19021: "check the bot's secret, and this machine's clock",
		19022: "add this machine's address to the bot's list of addresses",
		19024: "take the keyword out of the bot's settings and use a signature",
		19036: "the message is too long",
	}}

// Channel is a group of Feishu.
type Channel struct {
	poster *post.Poster
	secret string
	now    func() time.Time
}

// New makes the channel of a bot's address and its secret, empty where the bot does not check signatures.
func New(address, secret string) (*Channel, error) {
	secret = strings.TrimSpace(secret)
	poster, err := post.New("feishu", address, secret)
	if err != nil {
		return nil, err
	}
	return &Channel{poster, secret, time.Now}, nil
}

// Send implements alerts.Channel.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	body, err := note.Fit(m, mostBody, func(d note.Digest) ([]byte, error) {
		p := payload{MsgType: "interactive", Card: newCard(d, m.Language)}
		if c.secret != "" {
			p.Timestamp = strconv.FormatInt(c.now().Unix(), 10)
			p.Sign = sign(p.Timestamp, c.secret)
		}
		return json.Marshal(p)
	})
	if err != nil {
		return err
	}
	answer, err := c.poster.Post(ctx, nil, nil, body)
	if err != nil {
		return err
	}
	return c.poster.Judge(answer, codes)
}

// sign has the text to sign as its key and nothing as its message; that is how Feishu wants it.
func sign(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(timestamp+"\n"+secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
