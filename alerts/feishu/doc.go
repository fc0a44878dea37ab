// Package feishu sends alerts to a group of Feishu (Lark) by a custom bot, as one interactive card, signed if the bot
// has a secret.
//
// Everything that comes from an alert stands in plain_text elements, in which a card reads neither mentions nor links
// nor Markdown; the link is a button. Feishu answers 200 also when it refuses: the code in the body decides.
package feishu
