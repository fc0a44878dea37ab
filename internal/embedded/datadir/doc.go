// Package datadir owns the folder that one running Rollcall keeps everything in.
//
// Open makes the folder, takes its lock so that no second process writes there, and checks the format it was written
// in. It refuses a folder that another process holds, that a newer Rollcall wrote, and one that holds somebody else's
// files. What lies inside beyond the files "lock" and "version" belongs to the other packages.
package datadir
