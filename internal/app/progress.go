package app

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/rollcall-dev/rollcall/ingest/files"
)

// ProgressBar draws an import's progress on a terminal, and nothing elsewhere. A zero Progress ends it.
func ProgressBar(w *os.File) func(files.Progress) {
	if !term.IsTerminal(int(w.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	sending := false
	return func(p files.Progress) {
		if p == (files.Progress{}) {
			if bar != nil {
				_ = bar.Clear()
			}
			return
		}
		if bar == nil || p.Sending != sending {
			sending = p.Sending
			what, total, unit := "reading", p.TotalBytes, progressbar.OptionShowBytes(true)
			if sending {
				what, total, unit = "sending", p.Actions, progressbar.OptionSetItsString("actions")
			}
			if total == 0 {
				total = -1
			}
			bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), unit,
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond))
		}
		if sending {
			_ = bar.Set64(p.Sent)
		} else {
			_ = bar.Set64(p.Bytes)
		}
	}
}

// RebuildBar draws a rebuild's progress on a terminal, and nothing elsewhere.
func RebuildBar(w *os.File) func(Rebuilt) {
	if !term.IsTerminal(int(w.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(r Rebuilt) {
		if bar == nil {
			bar = progressbar.NewOptions64(max(1, r.Total), progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("folding"),
				progressbar.OptionSetItsString("actions"), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
				progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set64(min(r.Actions, r.Total))
	}
}
