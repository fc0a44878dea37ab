// Package parse turns one JSON object of the public contract into a [schemas.Action], and checks the limits of actions
// that came in another form. HTTP and files share it, so the same line means the same and is refused with the same words
// wherever it comes from.
//
// Bytes enter by [Parser.Action], which returns the action or a [schemas.Rejection]; decoded actions enter by [Check].
// It refuses what contract.md refuses: text that is not one JSON object (strictly: no NaN, no raw control characters, no
// nesting deeper than 64), a field of the wrong type, too long, or given twice, an event time outside 1970 to 2100 or
// more than a day ahead. `null` means absent. Top-level fields that the contract does not know are ignored, so that an
// app may send its own objects with our fields added; what must be kept belongs into `properties`. It keeps nothing
// between two calls and reads no clock.
package parse
