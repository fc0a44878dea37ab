package schemas

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTextKeepsItsStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.StringN(0, 200, 400)).Draw(t, "strings")
		var c Text
		for range 2 { // once more after a reset
			for i, s := range want {
				if i%2 == 0 {
					c.AppendString(s)
				} else {
					c.Append([]byte(s))
				}
			}
			got := make([]string, 0, len(want))
			for b := range c.All() {
				got = append(got, string(b))
			}
			if c.Len() != len(want) || !slices.Equal(got, want) {
				t.Fatalf("%d: %q, want %q", c.Len(), got, want)
			}
			for range c.All() {
				break
			}
			if c.Reset(); c.Len() != 0 || len(c.Wire()) != 0 {
				t.Fatal("not empty after a reset")
			}
		}
	})
}

func TestFloatsKeepNulls(t *testing.T) {
	var f Floats
	f.Append(2.5, true)
	f.Append(7, false)
	if !slices.Equal(f.Values, []float64{2.5, 0}) || !slices.Equal(f.Nulls, []uint8{0, 1}) {
		t.Error(f)
	}
}
