// Package calendar turns event times into days of a community's time zone and back. A day is the local calendar date,
// numbered from 1970-01-01 = 0, whatever the zone; so day numbers of different zones are the same dates.
package calendar
