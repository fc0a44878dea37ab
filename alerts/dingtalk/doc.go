// Package dingtalk sends alerts to a group of DingTalk by a custom bot, as Markdown, signed if the bot has a secret.
//
// Nobody is mentioned: the payload has no list of people to mention, and what comes from an alert has no character left
// that begins a mention or a markup. DingTalk answers 200 also when it refuses: the errcode in the body decides.
package dingtalk
