package registry

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
)

// Grant is what a write key allows.
type Grant struct {
	KeyID       string
	Communities []string // empty: all
	Admin       bool     // the administrator's token
}

// Sole returns the community of a key that belongs to exactly one.
func (g Grant) Sole() (string, bool) {
	if len(g.Communities) != 1 {
		return "", false
	}
	return g.Communities[0], true
}

// Allows reports whether the key covers the community.
func (g Grant) Allows(community []byte) bool {
	return len(g.Communities) == 0 ||
		slices.ContainsFunc(g.Communities, func(c string) bool { return c == string(community) })
}

// SetAdmin sets the token that allows everything. The empty token allows nothing.
func (r *Registry) SetAdmin(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.admin, r.hasAdmin = sha256.Sum256([]byte(token)), token != ""
}

// Lookup returns what the secret allows, false for one that is not in force. How long it takes says nothing about how
// near a guess came: only hashes are compared.
func (r *Registry) Lookup(secret string) (Grant, bool) {
	hash := sha256.Sum256([]byte(secret))
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.hasAdmin && subtle.ConstantTimeCompare(hash[:], r.admin[:]) == 1 {
		return Grant{KeyID: "admin", Admin: true}, true
	}
	k := r.byHash[hash]
	if k == nil || subtle.ConstantTimeCompare(hash[:], k.Hash) != 1 || k.Revoked != 0 {
		return Grant{}, false
	}
	return Grant{KeyID: k.Id, Communities: k.Communities}, true
}
