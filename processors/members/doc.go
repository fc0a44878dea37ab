// Package members names and counts the members of a community: what each did in all, and on each of the last local days.
// An action within the lateness may still change an older day, so a few days are kept open; a day that can change no more
// has been handed out and is forgotten. The rows are those of the tables members and member_days (contract.md).
//
// A member takes a record of one cache line, with a name of up to 23 bytes in it, and 9 to 18 bytes of an index. Days
// before a member's newest take 16 bytes each while they are open, and only channels beside its top channel take more.
package members
