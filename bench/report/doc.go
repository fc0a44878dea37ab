// Package report makes of the runs' figures what is read: ratios of neighbours first, as median and range, then the raw
// figures, as Markdown and as JSON.
package report
