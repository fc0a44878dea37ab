package app

import (
	"errors"
	"net/http"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Key is a write key as users see it. Secret is there only in the answer that made it.
type Key struct {
	Secret      string   `json:"key,omitempty"`
	ID          string   `json:"id"`
	Name        string   `json:"name,omitempty"`
	Communities []string `json:"communities"`
	Created     int64    `json:"created"` // Unix milliseconds
	Revoked     int64    `json:"revoked,omitempty"`
}

func keyOf(k *actionpb.WriteKey) Key {
	return Key{ID: k.Id, Name: k.Name, Communities: append([]string{}, k.Communities...), Created: k.Created, Revoked: k.Revoked}
}

func (s *server) getKeys(*http.Request) (any, error) {
	keys := []Key{}
	for _, k := range s.settings.registry.Keys() {
		keys = append(keys, keyOf(k))
	}
	return keys, nil
}

func (s *server) postKey(r *http.Request) (any, error) {
	var in Key
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	secret, rec, key, err := s.settings.registry.NewKey(in.Name, in.Communities, time.Now())
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	if err := s.settings.put(r.Context(), rec); err != nil {
		return nil, err
	}
	out := keyOf(key)
	out.Secret = secret
	return out, nil
}

func (s *server) deleteKey(r *http.Request) (any, error) {
	rec, err := s.settings.registry.RevokeKey(r.PathValue("id"), time.Now())
	if errors.Is(err, registry.ErrUnknown) {
		return nil, problem.New(http.StatusNotFound, "%v", err)
	}
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	return map[string]string{"revoked": r.PathValue("id")}, s.settings.put(r.Context(), rec)
}
