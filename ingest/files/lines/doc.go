// Package lines opens files to import and cuts them into lines, in bounded memory whatever they hold.
//
// Files enter by [Open]: plain, gzip or zstd, by name or by their first bytes. Lines leave by [Reader.Next]; a format
// whose records span lines (quoted CSV, XML) takes further ones by [Reader.More] and gives them back by [Reader.Rewind].
// It refuses what is no text with [ErrBinary] before a line is read, cuts a line that is too long to its beginning and
// goes on after it ([ErrTooLong]), and reports a file that breaks off or is damaged as [Damage], after every whole line
// before it. [Interruptible] makes a reader's end that of a context, for standard input.
package lines
