//go:build nochdb

package engine

import "errors"

// link refuses. A program built with this tag needs no C library, so it runs in an image that holds nothing but itself:
// collect, process and alert use a ClickHouse of their own.
func link(string, map[string]any) error {
	return errors.New("this program was built without the embedded engine: use one built without -tags nochdb, or `rollcall process` with your own ClickHouse")
}
