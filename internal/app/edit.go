package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
)

// Edit changes the text of an event.
type Edit func(text []byte) ([]byte, error)

var substitution = regexp.MustCompile(`^s[^\w\s=\\]`)

// ParseEdit reads s/PATTERN/TEXT/ (any other mark for /, the flags g and i, \1 for a group), or FIELD=VALUE, where
// properties.x is a field of properties and an empty value takes the field out.
func ParseEdit(text string) (Edit, error) {
	if substitution.MatchString(text) {
		return parseSubstitution(text)
	}
	field, value, ok := strings.Cut(text, "=")
	if !ok || field == "" {
		return nil, Usagef("%q is no edit: write s/PATTERN/TEXT/ or FIELD=VALUE", text)
	}
	return func(event []byte) ([]byte, error) {
		return setField(event, strings.Split(field, "."), jsonValue(field, value))
	}, nil
}

func parseSubstitution(text string) (Edit, error) {
	parts := cutAt(text[2:], text[1])
	if len(parts) != 3 || strings.Trim(parts[2], "gi") != "" {
		return nil, Usagef("%q is no substitution: write s/PATTERN/TEXT/, with g behind it for every place and i for any case", text)
	}
	pattern := parts[0]
	if strings.Contains(parts[2], "i") {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, Usagef("%q: %v", text, err)
	}
	with := []byte(group.ReplaceAllString(strings.ReplaceAll(parts[1], "$", "$$"), "$${$1}"))
	every := strings.Contains(parts[2], "g")
	return func(event []byte) ([]byte, error) {
		if every {
			return re.ReplaceAll(event, with), nil
		}
		at := re.FindSubmatchIndex(event)
		if at == nil {
			return event, nil
		}
		out := re.Expand(bytes.Clone(event[:at[0]]), with, event, at)
		return append(out, event[at[1]:]...), nil
	}, nil
}

var group = regexp.MustCompile(`\\(\d)`)

// cutAt splits at a mark that no backslash stands before.
func cutAt(text string, mark byte) []string {
	parts := []string{""}
	for i := 0; i < len(text); i++ {
		last := &parts[len(parts)-1]
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == mark:
			i++
			*last += string(mark)
		case text[i] == '\\' && i+1 < len(text):
			*last += text[i : i+2]
			i++
		case text[i] == mark:
			parts = append(parts, "")
		default:
			*last += text[i : i+1]
		}
	}
	return parts
}

// texts are the fields of an action that hold text, so that member=7 is not the number.
var texts = map[string]bool{"id": true, "community": true, "member": true, "kind": true, "target": true, "object": true, "channel": true,
	"platform": true, "campaign": true}

// jsonValue is a value as JSON: itself where it is some, else text. Nothing is nil.
func jsonValue(field, value string) json.RawMessage {
	if value == "" {
		return nil
	}
	if json.Valid([]byte(value)) && (!texts[field] || value[0] == '"') {
		return json.RawMessage(value)
	}
	b, _ := json.Marshal(value) // text always can be
	return b
}

var errNoObject = errors.New("it is not a JSON object")

// object reads the fields of an event and leaves their values as they are.
func object(event []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(event, &fields) != nil || fields == nil {
		return nil, errNoObject
	}
	return fields, nil
}

func setField(event []byte, path []string, value json.RawMessage) ([]byte, error) {
	fields, err := object(event)
	if err != nil {
		return nil, err
	}
	if len(path) > 1 {
		inner := fields[path[0]]
		if len(inner) == 0 {
			inner = json.RawMessage("{}")
		}
		if value, err = setField(inner, path[1:], value); err != nil {
			return nil, err
		}
	}
	if value == nil {
		delete(fields, path[0])
	} else {
		fields[path[0]] = value
	}
	return json.Marshal(fields)
}
