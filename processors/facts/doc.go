// Package facts is what the communities stage must know member by member, and not as a sum: who was active on a day and in
// what, who left, and who endorsed whom. The members stage collects it between two cuts ([Feed]); the communities stage
// reads it off the signals and gives members of all partitions numbers of its own ([Roster], [Source]).
//
// An action enters by Feed.Add once it counts. Times are event times in Unix milliseconds, days are the community's local
// days. What is told of a member is the same whatever the order of arrival within the lateness, but for its order and for
// repeats, which a receiver ignores.
package facts
