// Package access decides who may read and who may administer: the holder of the administrator's token, a browser that
// signed in with it, or one that opened a share link, which reads one community and nothing else.
//
// It owns the sign-in pages, the cookie and the links. A cookie and a link are signed texts, kept
// nowhere: the keys are made of the token, so they outlive a restart and die with the token, all at once. Neither holds the
// token. A link holds an id as well, and whoever makes it says whether that was taken back ([Options].Revoked); what came by
// the link ends with it.
//
// Requests enter through [Gate.Admin] and [Gate.Read]; what these let through goes to the handlers they are given. It
// refuses with a problem document, except for a browser that wants a page: that is sent to the sign-in.
package access
