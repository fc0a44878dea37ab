// Package files imports files: it reads them, puts all their actions together into the order of event time, gives an id
// to those without, and hands them on in batches, one after the other.
//
// Files enter by [Import] (NDJSON, CSV, TSV, SNAP's tables, a Stack Exchange dump; gzip and zstd), batches leave by a
// [Sender], of which [Client] is the one over HTTP; [Convert] writes the same actions as NDJSON instead. The order and
// the ids depend on what the files hold alone, not on the order of lines or files, so the same import sent twice, or
// broken off and sent again, changes nothing. A line that is no action goes along as rejected, with file and line, and
// never stops the rest. It refuses, before anything is sent and as a [UsageError], what cannot be meant: a missing or
// binary file, an unclear format, a column that is not there.
package files
