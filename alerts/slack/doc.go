// Package slack sends alerts to a channel of Slack by an incoming webhook, as blocks: a header, plain text, and a link.
// Services that take the same payload (Mattermost, Rocket.Chat) take it as well.
//
// Everything that comes from an alert stands in plain_text objects, in which Slack reads neither mentions nor links nor
// emphasis, with &, < and > as entities as its documentation asks; the link is the only mrkdwn.
package slack
