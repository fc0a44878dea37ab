package calendar

// Interval is a calendar interval. An interval of each kind has a number, its index: days since 1970, Monday weeks since
// 1969-12-29, months since 1970-01.
type Interval uint8

// The intervals.
const (
	Day Interval = iota
	Week
	Month
	Intervals
)

// String returns the interval's name in the read model.
func (i Interval) String() string { return [Intervals]string{"day", "week", "month"}[i] }

// Index returns the number of the interval that holds a day.
func (i Interval) Index(day int32) int32 {
	switch i {
	case Week:
		return (day + 3) / 7
	case Month:
		return monthOf(day)
	}
	return day
}

// Start returns the first day of interval k. The first week began before 1970, which no Date can say: it starts there.
func (i Interval) Start(k int32) int32 {
	switch i {
	case Week:
		return max(0, 7*k-3)
	case Month:
		return firstOf(k)
	}
	return k
}

// monthOf and firstOf count in years that begin with March, so that the leap day is a year's last (days_from_civil in
// H. Hinnant, chrono-compatible low-level date algorithms).
func monthOf(day int32) int32 {
	z := day + 719_468 // since 0000-03-01
	era := z / 146_097
	doe := z % 146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	march := (5*doy + 2) / 153
	return (era*400+yoe-1970)*12 + march + 2
}

func firstOf(month int32) int32 {
	m := month - 2 + 1970*12 // since March of year 0
	y, march := m/12, m%12
	era := y / 400
	yoe := y % 400
	doy := (153*march + 2) / 5
	return era*146_097 + yoe*365 + yoe/4 - yoe/100 + doy - 719_468
}
