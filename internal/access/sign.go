package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// grant is what a cookie or a link allows.
type grant struct {
	Community string `json:"c,omitempty"` // empty: everything, as an administrator
	Until     int64  `json:"u"`           // Unix seconds
}

// key signs grants of one kind. A text of one kind is worth nothing as another.
type key []byte

func newKey(token, kind string) key {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte("rollcall " + kind + " 1"))
	return h.Sum(nil)
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
