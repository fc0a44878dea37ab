// Package console is the page built into the program, and the JSON behind it.
//
// It owns the page's files (written in web/, built into dist/ and embedded, so that
// the page needs no network), the answers to GET /api/panels and their caching. It
// refuses everything that changes something: each request is one declared panel's
// statement with checked parameters, and no text of a request becomes SQL.
//
// Data enters through Querier and leaves as JSON with an ETag over the bytes, so a
// page that asks every two seconds costs a 304 while nothing changes. Equal
// requests at the same time share one query; the number of queries that run at once
// is bounded, and a request that finds no room in time is told to come back.
//
// The page also reads /api/communities, /api/status and, where its address names one, /api/alerts/ID, which internal/app
// answers.
package console
