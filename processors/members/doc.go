// Package members counts what each member of a community did: in all, and on each of the last local days. An action
// within the lateness may still change an older day, so a few days are kept open; a day that can change no more has been
// handed out and is forgotten. The rows are those of the tables members and member_days (contract.md).
package members
