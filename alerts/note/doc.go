// Package note is an alert in words, before a service's markup: title and text as the alert has them, in English or
// Chinese, its community, who acknowledged it, a list of whom to contact first, a link. Every text in a note is cut to a length and is plain: one line, without control
// characters and without characters that turn the direction of reading, so that a name can neither add a line nor
// pretend to be another. What counts as markup is a service's own matter; Defused takes Markdown and mentions away for
// those that have no sure way to escape them.
//
// Fit makes a message ever shorter until a service takes it: reasons go first, then names, then texts, then alerts.
package note
