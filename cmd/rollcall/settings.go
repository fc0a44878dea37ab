package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"github.com/rollcall-dev/rollcall/internal/app"
)

// settingsFile is rollcall.yaml: flags by their names, and the communities. Every mistake is reported with its line.
type settingsFile struct {
	path        string
	values      map[string]string // flag → value
	communities []app.CommunitySetting
}

// load reads the file that args, the environment or the default name. Only the default one may be missing.
func (s *settingsFile) load(parser *kong.Kong, args []string) error {
	path, asked := "rollcall.yaml", false
	if v, ok := os.LookupEnv("ROLLCALL_CONFIG"); ok {
		path, asked = v, true
	}
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			path, asked = v, true
		} else if a == "--config" && i+1 < len(args) {
			path, asked = args[i+1], true
		}
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	s.path, s.values = path, map[string]string{}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	flags := map[string]*kong.Flag{}
	collectFlags(parser.Model.Node, flags)
	return s.read(doc.Content[0], flags)
}

func collectFlags(n *kong.Node, into map[string]*kong.Flag) {
	for _, f := range n.Flags {
		into[f.Name] = f
	}
	for _, c := range n.Children {
		collectFlags(c, into)
	}
}

func (s *settingsFile) at(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.path, n.Line, fmt.Sprintf(format, args...))
}

func (s *settingsFile) read(root *yaml.Node, flags map[string]*kong.Flag) error {
	if root.Kind != yaml.MappingNode {
		return s.at(root, "expected settings, one `name: value` a line")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if seen[key.Value] {
			return s.at(key, "%s is set twice", key.Value)
		}
		seen[key.Value] = true
		if key.Value == "communities" {
			if err := s.readCommunities(value, flags); err != nil {
				return err
			}
			continue
		}
		name := strings.ReplaceAll(key.Value, "_", "-")
		f := flags[name]
		if f == nil || name == "help" || name == "config" {
			return s.at(key, "there is no setting %q; there are: communities, %s", key.Value, strings.Join(slices.Sorted(maps.Keys(flags)), ", "))
		}
		if err := s.take(name, value, f); err != nil {
			return err
		}
	}
	return nil
}

// take checks a value against its flag, so that a mistake is found where it stands.
func (s *settingsFile) take(name string, value *yaml.Node, f *kong.Flag) error {
	text := value.Value
	switch value.Kind {
	case yaml.ScalarNode:
	case yaml.SequenceNode:
		var items []string
		if err := value.Decode(&items); err != nil {
			return s.at(value, "%s: expected a list of texts", name)
		}
		text = strings.Join(items, ",")
	default:
		return s.at(value, "%s: expected a value", name)
	}
	probe := reflect.New(f.Target.Type()).Elem()
	if err := f.Value.Mapper.Decode(&kong.DecodeContext{Value: f.Value, Scan: kong.Scan(text)}, probe); err != nil {
		return s.at(value, "%s: %v", name, err)
	}
	if f.Enum != "" && !slices.Contains(strings.Split(f.Enum, ","), text) {
		return s.at(value, "%s: expected one of %s, got %q", name, f.Enum, text)
	}
	s.values[name] = text
	return nil
}

// readCommunities reads `create` and, under `set`, a community's settings by its name.
func (s *settingsFile) readCommunities(n *yaml.Node, flags map[string]*kong.Flag) error {
	if n.Kind != yaml.MappingNode {
		return s.at(n, "communities: expected create and set")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch key.Value {
		case "create":
			if err := s.take("communities-create", value, flags["communities-create"]); err != nil {
				return err
			}
		case "set":
			for j := 0; j+1 < len(value.Content); j += 2 {
				c := app.CommunitySetting{Community: value.Content[j].Value}
				for k, fields := 0, value.Content[j+1]; k+1 < len(fields.Content); k += 2 {
					field := map[string]*string{"time_zone": &c.TimeZone, "clock": &c.Clock, "lateness": &c.Lateness}[fields.Content[k].Value]
					if field == nil {
						return s.at(fields.Content[k], "there is no setting %q of a community; there are: time_zone, clock, lateness", fields.Content[k].Value)
					}
					*field = fields.Content[k+1].Value
				}
				if err := app.CheckCommunity(c); err != nil {
					return s.at(value.Content[j], "%v", err)
				}
				s.communities = append(s.communities, c)
			}
		default:
			return s.at(key, "communities: there is no setting %q; there are: create, set", key.Value)
		}
	}
	return nil
}

// Validate implements kong.Resolver: load has checked everything.
func (*settingsFile) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver. The environment goes before the file.
func (s *settingsFile) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	for _, env := range f.Envs {
		if _, ok := os.LookupEnv(env); ok {
			return nil, nil
		}
	}
	if v, ok := s.values[f.Name]; ok {
		return v, nil
	}
	return nil, nil
}
