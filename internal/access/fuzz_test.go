package access

import (
	"testing"
	"time"
)

// No text but one that this key signed is read, and each has one form.
func FuzzRead(f *testing.F) {
	k, now := newKey("a token", "link"), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	good := k.sign(grant{Community: "c", Until: now.Unix() + 1, Share: "1"})
	for _, text := range []string{good, "", ".", good + "=", good[1:], "e30." + good} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if g, ok := k.read(text, now); ok && k.sign(g) != text {
			t.Errorf("%q reads as %+v", text, g)
		}
	})
}
