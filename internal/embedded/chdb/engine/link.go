//go:build !nochdb

package engine

import (
	"fmt"

	"github.com/ebitengine/purego"
)

// link loads the library and points each function at the symbol of its name.
func link(path string, symbols map[string]any) error {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return err
	}
	for name, fn := range symbols {
		sym, err := purego.Dlsym(handle, name)
		if err != nil {
			return fmt.Errorf("it lacks %s, so it is another version: %w", name, err)
		}
		purego.RegisterFunc(fn, sym)
	}
	return nil
}
