// Package post sends one JSON body over HTTP, as all channels but e-mail do: with a timeout, a limit on the answer, no
// redirects, and errors that name the host only, because the rest of a webhook's address is its password.
//
// A status tells whether to try again: 408, 425, 429 and 5xx may pass, with Retry-After if the service says so; any
// other outside 2xx is a mistake. What an answer of 200 means is the channel's to read.
package post
