// Package bidi keeps names in right-to-left scripts from turning the sentence around them.
//
// A sentence in English or Chinese enters with the names in it, and leaves with invisible marks around them. It knows no
// names, only letters; it refuses to change anything that a reader sees. It is for pages and mails: chats may show the marks.
package bidi
