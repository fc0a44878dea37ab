// Package registry knows the communities that were set up, the write keys and the share links that were handed out, as the newest records
// of the topic rollcall.settings say.
//
// Records enter by [Registry.Apply], in the topic's order. The methods that make something new ([Registry.NewKey],
// [Registry.RevokeKey], [Registry.SetCommunity]) check it and return the record to append to the topic; it takes effect
// when it is applied, so that every collector agrees. Answers leave by [Registry.Lookup] and its siblings, from any
// number of goroutines.
//
// It refuses a community whose name, time zone or lateness makes no sense and, with Options.Create off, anything about a
// community that was not set up. It never keeps a key's secret, only its SHA-256: secrets are 160 random bits, so a slow
// password hash would add nothing. Of a share link it keeps an id, and nothing that would open it.
package registry
