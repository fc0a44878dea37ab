// Package schemas is the language that every part of Rollcall speaks: what an action is and how it lies on the log, the
// closed kinds, topics, tables and columns, and the read model's migrations.
//
// It imports nothing of ours and does no input or output. Bytes from the log enter by [DecodeRecord]; bytes for the log
// leave by [Action.Append] and the generated messages of actionpb; rows for ClickHouse leave as the column sets of
// rows.go. It refuses records of a newer version than [Version] with [ErrVersion] and upcasts older ones.
package schemas
