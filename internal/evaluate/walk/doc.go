// Package walk goes through a community's history day by day as the product does: at each Monday's midnight it stops, with
// every member's history of the days before, and nothing of what comes after.
package walk
