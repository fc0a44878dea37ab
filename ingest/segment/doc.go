// Package segment reads Segment's HTTP API, so that an app with a Segment client sends to Rollcall by changing host and
// write key.
//
// A call's body enters by [Decoder.Read]; its events leave one by one by [Decoder.Event] as actions, or as rejections
// with their text. It refuses a body that is not JSON or has no list of events as a whole, and single events without
// what an action needs.
//
//	Segment                                      action
//	messageId                                    id
//	userId, else anonymousId                     member
//	timestamp, else now                          time
//	properties.community, context.community      community, unless the write key belongs to one
//	track: event                                 kind, if lower-cased with _ for spaces it is one of ours; else custom
//	page, screen                                 kind view; object is name, else properties.url without query and fragment
//	identify, group, alias                       kind custom, named so; object of group is groupId
//	properties.channel, object, target, campaign channel, object, target, campaign
//	context.campaign.name                        campaign, where properties has none
//	properties.platform, else channel            platform ("server", "browser", "mobile")
//	properties.value, else properties.revenue    value
//	properties; traits of identify and group     properties, as sent; of alias: previousId
//
// A property that has not the form of our field stays a property and no more: it never makes its event bad. The rest of
// context and integrations are not kept. Times are taken as the client says them, without correction by sentAt.
package segment
