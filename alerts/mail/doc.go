// Package mail sends alerts by SMTP: one message of plain text and HTML to all recipients of a receiver. All changes of
// an alert name the same thread (In-Reply-To, References), and a change always has the same Message-ID, so a mail
// program puts them together and can drop one that came twice.
//
// The connection is encrypted, by TLS from its beginning (smtps) or by STARTTLS (smtp), or nothing is sent; only
// ?tls=none in the url, for a relay on the same machine, allows less, and then no password is sent. What comes from an
// alert cannot add a header, and is escaped in HTML.
package mail
