// Sends one call of each kind with Segment's own Node client, as an app would. HOST and KEY come from the environment.
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: process.env.KEY, host: process.env.HOST, maxRetries: 0 })
analytics.on('error', (err) => {
  console.error(err)
  process.exitCode = 1
})
const timestamp = new Date('2026-01-15T08:00:00.123Z')
const who = { userId: 'mia', timestamp }
analytics.track({ ...who, messageId: 'node-1', event: 'Comment', properties: { channel: 'general', object: 'post-7', target: 'ben', tags: ['a'] } })
analytics.track({ ...who, messageId: 'node-2', event: 'Order Completed', properties: { revenue: 19.99 }, context: { campaign: { name: 'spring' } } })
analytics.page({ ...who, messageId: 'node-3', properties: { url: 'https://example.org/a?b=1' } })
analytics.screen({ anonymousId: 'anon', timestamp, messageId: 'node-4', name: 'Home' })
analytics.identify({ ...who, messageId: 'node-5', traits: { is_bot: true } })
analytics.group({ ...who, messageId: 'node-6', groupId: 'g1', traits: { plan: 'x' } })
analytics.alias({ userId: 'mia', previousId: 'anon', timestamp, messageId: 'node-7' })
analytics.track({ ...who, messageId: 'node-8', event: 'x'.repeat(300) })
await analytics.closeAndFlush()
