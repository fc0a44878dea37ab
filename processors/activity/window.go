package activity

// Definition is the version of the formulas of this package, written beside every row of the table activity.
const Definition = 1

// Window is one of the five sliding windows.
type Window uint8

// The windows.
const (
	W5m Window = iota
	W1h
	W24h
	W7d
	W30d
	windows
)

// resolution is the length of a window's panes. A pane has a number: minutes and hours since 1970 UTC, days since 1970 in
// the community's calendar.
type resolution uint8

const (
	minutes resolution = iota
	hours
	days
	resolutions
)

const (
	minuteMS = 60_000
	hourMS   = 3_600_000
	dayMS    = 86_400_000
)

var (
	windowNames       = [windows]string{"5m", "1h", "24h", "7d", "30d"}
	windowPanes       = [windows]int32{5, 60, 24, 7, 30}
	windowResolutions = [windows]resolution{minutes, minutes, hours, days, days}
	// longest is the longest window of each resolution, in panes.
	longest = [resolutions]int32{60, 24, 30}
)

// String returns the window's name in the read model.
func (w Window) String() string { return windowNames[w] }

// Dimension is how a segment is cut out of a community.
type Dimension uint8

// The dimensions. Whole has one segment, named "".
const (
	Whole Dimension = iota
	Channel
	Platform
	Kind
	dimensions
)

var dimensionNames = [dimensions]string{"", "channel", "platform", "kind"}

// String returns the dimension's name in the read model.
func (d Dimension) String() string { return dimensionNames[d] }
