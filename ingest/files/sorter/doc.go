// Package sorter puts actions into the order of import: by event time, then by their content, so that the order they
// came in makes no difference.
//
// Actions enter by [Sorter.Add], which copies them; beyond its memory they go to one temporary file as sorted runs.
// Records leave once, by [Sorter.Each], ready to be numbered and encoded by [Record.Append]. It refuses nothing: actions
// were checked before.
package sorter
