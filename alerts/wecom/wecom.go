package wecom

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/note"
	"github.com/rollcall-dev/rollcall/alerts/post"
)

// mostContent is in bytes of UTF-8; https://developer.work.weixin.qq.com/document/path/91770
const mostContent = 4096

// codes: https://developer.work.weixin.qq.com/document/path/90313. A bot may send 20 messages a minute.
var codes = post.Codes{Code: "errcode", Text: "errmsg",
	Busy: map[int64]time.Duration{-1: 0, 45009: time.Minute, 45033: time.Minute},
	Mistakes: map[int64]string{
		93000: "the url is not one of a bot, or the bot was removed from the group: copy it again",
		93004: "the bot was stopped",
		93008: "the bot is not in the group",
		40008: "the payload was refused", 40033: "the payload was refused", 40035: "the payload was refused",
		40058: "the payload was refused", 44004: "the payload was refused", 45002: "the message is too long",
	}}

// Channel is a group of WeCom.
type Channel struct{ poster *post.Poster }

// New makes the channel of a bot's address, whose key is its secret.
func New(address string) (*Channel, error) {
	poster, err := post.New("wecom", address)
	if err != nil {
		return nil, err
	}
	return &Channel{poster}, nil
}

type payload struct {
	MsgType  string   `json:"msgtype"`
	Markdown markdown `json:"markdown"`
}

type markdown struct {
	Content string `json:"content"`
}

// Send implements alerts.Channel.
func (c *Channel) Send(ctx context.Context, m alerts.Message) error {
	content, err := note.Fit(m, mostContent, func(d note.Digest) ([]byte, error) { return []byte(d.Markdown(m.Language)), nil })
	if err != nil {
		return err
	}
	body, err := json.Marshal(payload{"markdown", markdown{string(content)}})
	if err != nil {
		return alerts.Mistake(fmt.Errorf("wecom: encoding a message: %w", err))
	}
	answer, err := c.poster.Post(ctx, nil, nil, body)
	if err != nil {
		return err
	}
	return c.poster.Judge(answer, codes)
}
