package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// grant is what a cookie or a link allows.
type grant struct {
	Community string `json:"c,omitempty"` // empty: everything, as an administrator
	Until     int64  `json:"u"`           // Unix seconds
	Share     string `json:"i,omitempty"` // the id of the link, of a link and of a cookie that came by one
}

// key signs grants of one kind. A text of one kind is worth nothing as another.
type key []byte

func newKey(token, kind string) key {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte("rollcall " + kind + " 1"))
	return h.Sum(nil)
}

// leastToken is how many characters a token has. Whoever has a link can compare guesses with its signature at home, and
// nothing counts those: only a token of which there are too many is safe.
const leastToken = 20

// CheckToken says what is wrong with an administrator's token. It does not repeat it.
func CheckToken(token string) error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(token)); {
	case n < leastToken:
		return fmt.Errorf("it has %d characters and needs at least %d: `openssl rand -hex 24` makes a good one", n, leastToken)
	case strings.TrimSpace(token) != token:
		return errors.New("it begins or ends with white space, which browsers and programs leave out: remove that")
	}
	return nil
}

// name tells keys apart without telling them.
func (k key) name() string { return hex.EncodeToString(k.sum("name"))[:8] }

func (k key) sum(text string) []byte {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(text))
	return h.Sum(nil)
}

var encoding = base64.RawURLEncoding.Strict() // one text for each grant

// sign makes a text of a grant that fits into a cookie and a path.
func (k key) sign(g grant) string {
	b, _ := json.Marshal(g) // of a text and a number
	text := encoding.EncodeToString(b)
	return text + "." + encoding.EncodeToString(k.sum(text))
}

const longest = 1024 // of a signed text: what is longer is not ours

// read returns the grant of a text that was signed by this key and has not run out.
func (k key) read(text string, now time.Time) (g grant, ok bool) {
	if len(text) > longest {
		return grant{}, false
	}
	body, signature, _ := strings.Cut(text, ".")
	sum, err := encoding.DecodeString(signature)
	if err != nil || !hmac.Equal(sum, k.sum(body)) {
		return grant{}, false
	}
	b, err := encoding.DecodeString(body)
	if err != nil || json.Unmarshal(b, &g) != nil || now.Unix() >= g.Until {
		return grant{}, false
	}
	return g, true
}
