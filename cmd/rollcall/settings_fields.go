package main

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is a setting below another.
type field struct {
	into any                          // what the value is decoded into
	kind string                       // what is expected, for a person; a value if empty
	some bool                         // a number that is not 0, which would be taken for not set
	read func(value *yaml.Node) error // instead of both
}

// fields reads the settings below n, which are what's, and calls check after each. Unknown ones, and those that are set
// twice, are mistakes.
func (s *settingsFile) fields(n *yaml.Node, what string, known map[string]field, check func() error) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return s.at(n, "%s: expected its settings below it: %s", what, names(known))
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := strings.ReplaceAll(key.Value, "-", "_") // as the flag is written
		f, ok := known[name]
		switch {
		case !ok:
			return s.at(key, "there is no setting %q of %s; there are: %s", key.Value, what, names(known))
		case seen[name]:
			return s.at(key, "%s of %s is set twice", key.Value, what)
		}
		seen[name] = true
		if f.read != nil {
			if err := f.read(value); err != nil {
				return err
			}
			continue
		}
		if err := s.decode(key.Value, value, f); err != nil {
			return err
		}
		if err := check(); err != nil {
			return s.at(value, "%v", err)
		}
	}
	return nil
}

func (s *settingsFile) decode(key string, value *yaml.Node, f field) error {
	var err error
	if list, ok := f.into.(*[]string); ok && value.Kind == yaml.ScalarNode && value.Tag != "!!null" {
		*list = []string{value.Value}
	} else {
		err = value.Decode(f.into)
	}
	to := reflect.ValueOf(f.into).Elem()
	whole := to.CanUint() || to.CanInt()
	if err == nil && !(f.some && to.IsZero()) && !(whole && value.ShortTag() == "!!float") { // the library cuts fractions off
		return nil
	}
	kind := f.kind
	if kind == "" {
		kind = "a value"
	}
	if value.Kind == yaml.ScalarNode {
		return s.at(value, "%s: expected %s, got %q", key, kind, value.Value)
	}
	return s.at(value, "%s: expected %s", key, kind)
}

// items calls read for each of a list.
func (s *settingsFile) items(n *yaml.Node, what string, read func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode {
		return s.at(n, "%s: expected a list, one `- ` an item", what)
	}
	for _, item := range n.Content {
		if err := read(item); err != nil {
			return err
		}
	}
	return nil
}

func names(known map[string]field) string { return strings.Join(slices.Sorted(maps.Keys(known)), ", ") }
