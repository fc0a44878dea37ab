package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"github.com/rollcall-dev/rollcall/internal/app"
)

// settingsFile is rollcall.yaml: flags by their names, the communities, and where alerts go. Every mistake is reported with its line.
type settingsFile struct {
	path        string
	values      map[*kong.Flag]string
	communities []app.CommunitySetting
	alerts      app.AlertSettings
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
	s.path, s.values = path, map[*kong.Flag]string{}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return s.syntax(err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	flags := map[string][]*kong.Flag{}
	collectFlags(parser.Model.Node, flags)
	return s.read(doc.Content[0], flags)
}

// collectFlags finds the flags of each name: commands may share one, as --format, and mean different things by it.
func collectFlags(n *kong.Node, into map[string][]*kong.Flag) {
	for _, f := range n.Flags {
		if f.Name != "help" && f.Name != "config" {
			into[f.Name] = append(into[f.Name], f)
		}
	}
	for _, c := range n.Children {
		collectFlags(c, into)
	}
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)

// syntax is an error of the yaml library, with its line where the others have theirs.
func (s *settingsFile) syntax(err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: %s", s.path, m[1], err.Error()[len(m[0]):])
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

func (s *settingsFile) at(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.path, n.Line, fmt.Sprintf(format, args...))
}

// asFlag makes a setting's name a flag's: communities.create is communities-create.
var asFlag = strings.NewReplacer("_", "-", ".", "-")

func (s *settingsFile) read(root *yaml.Node, flags map[string][]*kong.Flag) error {
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
		if key.Value == "alerts" {
			if err := s.readAlerts(value); err != nil {
				return err
			}
			continue
		}
		name := asFlag.Replace(key.Value)
		if flags[name] == nil {
			return s.at(key, "there is no setting %q; there are: alerts, communities, %s", key.Value, strings.Join(slices.Sorted(maps.Keys(flags)), ", "))
		}
		if err := s.take(name, value, flags[name]); err != nil {
			return err
		}
	}
	return nil
}

// take checks a value against the flags of its name, so that a mistake is found where it stands. It is for those that
// understand it.
func (s *settingsFile) take(name string, value *yaml.Node, flags []*kong.Flag) error {
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
	var wrong error
	taken := false
	for _, f := range flags {
		if err := accepts(f, text); err != nil {
			wrong = err
			continue
		}
		s.values[f], taken = text, true
	}
	if !taken {
		return s.at(value, "%s: %v", name, wrong)
	}
	return nil
}

func accepts(f *kong.Flag, text string) error {
	probe := reflect.New(f.Target.Type()).Elem()
	scan := kong.ScanFromTokens(kong.Token{Value: text, Type: kong.FlagValueToken})
	if err := f.Value.Mapper.Decode(&kong.DecodeContext{Value: f.Value, Scan: scan}, probe); err != nil {
		return err
	}
	if f.Enum != "" && !slices.Contains(strings.Split(f.Enum, ","), text) {
		return fmt.Errorf("expected one of %s, got %q", strings.Trim(f.Enum, ","), text)
	}
	return nil
}

// readCommunities reads `create` and, under `set`, a community's settings by its name.
func (s *settingsFile) readCommunities(n *yaml.Node, flags map[string][]*kong.Flag) error {
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
			if value.Kind != yaml.MappingNode {
				return s.at(value, "communities: set: expected a community's name and below it its settings")
			}
			for j := 0; j+1 < len(value.Content); j += 2 {
				if err := s.readCommunity(value.Content[j], value.Content[j+1]); err != nil {
					return err
				}
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
	if v, ok := s.values[f]; ok {
		return v, nil
	}
	return nil, nil
}
