// Package dedupe remembers the ids of recent actions, so that each is applied once (law 6). It covers a horizon of event
// time: a repeat carries the same event time as the first, so one that is older than the horizon is late as well, and
// no fold sees it. What has left the horizon is dropped when the set is full; no answer depends on when.
package dedupe
