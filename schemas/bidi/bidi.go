package bidi

import "strings"

// Marks that a reader does not see: what is between them is laid out by itself, in the direction of its first letter.
const (
	begin = '\u2068' // FSI
	end   = '\u2069' // PDI
)

// Isolate puts marks around each run of words in a right-to-left script. Commas, brackets and whatever else stands between
// names end a run, so that the names of a list keep their order. A text that has marks already stays as it is.
func Isolate(text string) string {
	if strings.ContainsRune(text, begin) || strings.IndexFunc(text, rightToLeft) < 0 {
		return text
	}
	var out strings.Builder
	run, kept := "", 0 // the run that is open, and how much of it is up to its last letter
	flush := func() {
		if run != "" {
			out.WriteRune(begin)
			out.WriteString(run[:kept])
			out.WriteRune(end)
			out.WriteString(run[kept:])
		}
		run, kept = "", 0
	}
	for _, r := range text {
		switch {
		case rightToLeft(r):
			run += string(r)
			kept = len(run)
		case run != "" && strings.ContainsRune(" -_.'’0123456789", r):
			run += string(r)
			if r >= '0' && r <= '9' && run[kept:] == string(r) { // a digit that belongs to the name
				kept = len(run)
			}
		default:
			flush()
			out.WriteRune(r)
		}
	}
	flush()
	return out.String()
}

// rightToLeft says whether a letter is of a script that is written to the left: Hebrew, Arabic, Syriac, Thaana, N'Ko and the
// blocks that Unicode keeps for such.
func rightToLeft(r rune) bool {
	return r >= 0x0590 && r <= 0x08ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc || r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}
