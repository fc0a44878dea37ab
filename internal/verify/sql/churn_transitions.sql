SELECT member, fromUnixTimestamp64Milli(ms, 'UTC') AS time, to AS to_state, from AS from_state
FROM changes
WHERE to != 'new'
