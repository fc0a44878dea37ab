// Package hours counts actions of any kind by local hour of week, of each member and of a whole community (metrics.md,
// Active hours): 168 cells, 0 for Monday 00:00. The members stage ([Counts]) keeps the members' cells that hold something
// and sends on what the community gained; the communities stage ([Totals]) adds it up.
package hours
