// Package wecom sends alerts to a group of WeCom (企业微信) by a group bot, as Markdown of at most 4,096 bytes, which a
// long alert is shortened to.
//
// In a bot's Markdown <@userid> is a mention: what comes from an alert has no character left that begins one, or a
// markup. WeCom answers 200 also when it refuses: the errcode in the body decides.
package wecom
