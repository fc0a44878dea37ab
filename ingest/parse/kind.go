package parse

import "github.com/rollcall-dev/rollcall/schemas"

// SetKind sets a's kind by its name: one of the closed set, or custom with the name kept. The word custom itself may come
// with the name of what it stands for.
func SetKind(a *schemas.Action, kind, name []byte) {
	a.Kind, a.Name = schemas.KindOf(kind), nil
	if a.Kind != schemas.KindCustom {
		return
	}
	a.Name = kind
	if string(kind) == "custom" {
		a.Name = name
	}
}
