-- Lord Howe in summer is 11 hours ahead of UTC, so its midnights are at 13:00.
INSERT INTO rollcall.actions (community, id, member, kind, channel, platform, properties, time, late) VALUES
    ('new-year', '1', 'ann', 'post', 'b', 'web', '', '2024-12-31 12:30:00', 0), -- Tuesday 31 December, 23:30
    ('new-year', '2', 'ann', 'message', 'a', '', '', '2024-12-31 13:10:00', 0), -- Wednesday 1 January, 00:10
    ('new-year', '3', 'bob', 'view', '', '', '{"is_bot": true}', '2024-12-31 13:10:30', 0),
    ('new-year', '4', 'cyd', 'leave', '', '', '{"more": {"is_bot": true}}', '2025-01-01 22:00:00', 0), -- Thursday 2 January, 09:00
    ('new-year', '5', 'ann', 'react', '', '', '{"is_bot": "true"}', '2025-01-14 12:30:00', 0), -- Tuesday 14 January, 23:30
    ('new-year', '6', 'dan', 'post', 'z', '', '', '2025-01-05 00:00:00', 1),
    ('other', '1', 'eve', 'post', 'b', '', '', '2025-01-05 00:00:00', 0);
-- Stream time is Wednesday 15 January, 08:00: 2025-01-14 21:00 UTC. A message weighs nothing here, and cyd is listed as a bot.

INSERT INTO rollcall.activity (community, dimension, segment, window, time, actions, active_members, contributing_members, version) VALUES
    ('new-year', '', '', '5m', '2024-12-31 12:31:00', 1, 1, 1, 1),
    ('new-year', '', '', '5m', '2024-12-31 12:36:00', 0, 0, 0, 1),
    ('new-year', '', '', '5m', '2024-12-31 13:11:00', 2, 2, 1, 1),
    ('new-year', '', '', '5m', '2024-12-31 13:16:00', 0, 0, 0, 1),
    ('new-year', '', '', '5m', '2025-01-01 22:01:00', 1, 0, 0, 1),
    ('new-year', '', '', '5m', '2025-01-01 22:06:00', 0, 0, 0, 1),
    ('new-year', '', '', '5m', '2025-01-14 12:31:00', 1, 1, 1, 1),
    ('new-year', '', '', '5m', '2025-01-14 12:36:00', 0, 0, 0, 1),
    ('new-year', '', '', '1h', '2024-12-31 12:31:00', 1, 1, 1, 1),
    ('new-year', '', '', '1h', '2024-12-31 13:11:00', 3, 2, 1, 1),
    ('new-year', '', '', '1h', '2024-12-31 13:31:00', 2, 2, 1, 1),
    ('new-year', '', '', '1h', '2024-12-31 14:11:00', 0, 0, 0, 1),
    ('new-year', '', '', '1h', '2025-01-01 22:01:00', 1, 0, 0, 1),
    ('new-year', '', '', '1h', '2025-01-01 23:01:00', 0, 0, 0, 1),
    ('new-year', '', '', '1h', '2025-01-14 12:31:00', 1, 1, 1, 1),
    ('new-year', '', '', '1h', '2025-01-14 13:31:00', 0, 0, 0, 1),
    ('new-year', '', '', '24h', '2024-12-31 13:00:00', 1, 1, 1, 1),
    ('new-year', '', '', '24h', '2024-12-31 14:00:00', 3, 2, 1, 1),
    ('new-year', '', '', '24h', '2025-01-01 13:00:00', 2, 2, 1, 1),
    ('new-year', '', '', '24h', '2025-01-01 14:00:00', 0, 0, 0, 1),
    ('new-year', '', '', '24h', '2025-01-01 23:00:00', 1, 0, 0, 1),
    ('new-year', '', '', '24h', '2025-01-02 23:00:00', 0, 0, 0, 1),
    ('new-year', '', '', '24h', '2025-01-14 13:00:00', 1, 1, 1, 1),
    ('new-year', '', '', '7d', '2024-12-31 13:00:00', 1, 1, 1, 1),
    ('new-year', '', '', '7d', '2025-01-01 13:00:00', 3, 2, 1, 1),
    ('new-year', '', '', '7d', '2025-01-02 13:00:00', 4, 2, 1, 1),
    ('new-year', '', '', '7d', '2025-01-07 13:00:00', 3, 2, 1, 1),
    ('new-year', '', '', '7d', '2025-01-08 13:00:00', 1, 0, 0, 1),
    ('new-year', '', '', '7d', '2025-01-09 13:00:00', 0, 0, 0, 1),
    ('new-year', '', '', '7d', '2025-01-14 13:00:00', 1, 1, 1, 1),
    ('new-year', '', '', '30d', '2024-12-31 13:00:00', 1, 1, 1, 1),
    ('new-year', '', '', '30d', '2025-01-01 13:00:00', 3, 2, 1, 1),
    ('new-year', '', '', '30d', '2025-01-02 13:00:00', 4, 2, 1, 1),
    ('new-year', '', '', '30d', '2025-01-14 13:00:00', 5, 2, 1, 1);

-- The other segments hold one action each: 1 from the first end, nothing from the second.
INSERT INTO rollcall.activity (community, dimension, segment, window, time, actions, active_members, contributing_members, version)
SELECT 'new-year', s.1, s.2, window, toDateTime64(end, 3, 'UTC'), if(i = 1, 1, 0), if(i = 1, active, 0), if(i = 1, contributing, 0), 1
FROM values('segments Array(Tuple(String, String)), window String, ends Array(String), active UInt8, contributing UInt8',
    ([('channel', 'b'), ('platform', 'web'), ('kind', 'post')], '5m', ['2024-12-31 12:31:00', '2024-12-31 12:36:00'], 1, 1),
    ([('channel', 'b'), ('platform', 'web'), ('kind', 'post')], '1h', ['2024-12-31 12:31:00', '2024-12-31 13:31:00'], 1, 1),
    ([('channel', 'b'), ('platform', 'web'), ('kind', 'post')], '24h', ['2024-12-31 13:00:00', '2025-01-01 13:00:00'], 1, 1),
    ([('channel', 'b'), ('platform', 'web'), ('kind', 'post')], '7d', ['2024-12-31 13:00:00', '2025-01-07 13:00:00'], 1, 1),
    ([('channel', 'b'), ('platform', 'web'), ('kind', 'post')], '30d', ['2024-12-31 13:00:00'], 1, 1),
    ([('channel', 'a'), ('kind', 'message')], '5m', ['2024-12-31 13:11:00', '2024-12-31 13:16:00'], 1, 1),
    ([('channel', 'a'), ('kind', 'message')], '1h', ['2024-12-31 13:11:00', '2024-12-31 14:11:00'], 1, 1),
    ([('channel', 'a'), ('kind', 'message')], '24h', ['2024-12-31 14:00:00', '2025-01-01 14:00:00'], 1, 1),
    ([('channel', 'a'), ('kind', 'message')], '7d', ['2025-01-01 13:00:00', '2025-01-08 13:00:00'], 1, 1),
    ([('channel', 'a'), ('kind', 'message')], '30d', ['2025-01-01 13:00:00'], 1, 1),
    ([('kind', 'view')], '5m', ['2024-12-31 13:11:00', '2024-12-31 13:16:00'], 1, 0),
    ([('kind', 'view')], '1h', ['2024-12-31 13:11:00', '2024-12-31 14:11:00'], 1, 0),
    ([('kind', 'view')], '24h', ['2024-12-31 14:00:00', '2025-01-01 14:00:00'], 1, 0),
    ([('kind', 'view')], '7d', ['2025-01-01 13:00:00', '2025-01-08 13:00:00'], 1, 0),
    ([('kind', 'view')], '30d', ['2025-01-01 13:00:00'], 1, 0),
    ([('kind', 'leave')], '5m', ['2025-01-01 22:01:00', '2025-01-01 22:06:00'], 0, 0),
    ([('kind', 'leave')], '1h', ['2025-01-01 22:01:00', '2025-01-01 23:01:00'], 0, 0),
    ([('kind', 'leave')], '24h', ['2025-01-01 23:00:00', '2025-01-02 23:00:00'], 0, 0),
    ([('kind', 'leave')], '7d', ['2025-01-02 13:00:00', '2025-01-09 13:00:00'], 0, 0),
    ([('kind', 'leave')], '30d', ['2025-01-02 13:00:00'], 0, 0),
    ([('kind', 'react')], '5m', ['2025-01-14 12:31:00', '2025-01-14 12:36:00'], 1, 1),
    ([('kind', 'react')], '1h', ['2025-01-14 12:31:00', '2025-01-14 13:31:00'], 1, 1),
    ([('kind', 'react')], '24h', ['2025-01-14 13:00:00'], 1, 1),
    ([('kind', 'react')], '7d', ['2025-01-14 13:00:00'], 1, 1),
    ([('kind', 'react')], '30d', ['2025-01-14 13:00:00'], 1, 1))
ARRAY JOIN segments AS s ARRAY JOIN ends AS end, arrayEnumerate(ends) AS i;

INSERT INTO rollcall.activity_days (community, day, dau, wau, mau, stickiness_ratio, actions, contributing_members, lurkers, version) VALUES
    ('new-year', '2024-12-31', 1, 1, 1, 1, 1, 1, 0, 1),
    ('new-year', '2025-01-01', 2, 2, 2, 1, 2, 1, 1, 1),
    ('new-year', '2025-01-02', 0, 2, 2, 0, 1, 0, 0, 1),
    ('new-year', '2025-01-03', 0, 2, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-04', 0, 2, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-05', 0, 2, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-06', 0, 2, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-07', 0, 2, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-08', 0, 0, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-09', 0, 0, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-10', 0, 0, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-11', 0, 0, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-12', 0, 0, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-13', 0, 0, 2, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-14', 1, 1, 2, 0.5, 1, 1, 0, 1),
    ('new-year', '2025-01-15', 0, 1, 2, 0, 0, 0, 0, 1);

INSERT INTO rollcall.lifecycle (community, interval, start, new, returning, resurrecting, dormant, active, period_over_period, version) VALUES
    ('new-year', 'day', '2024-12-31', 1, 0, 0, 0, 1, NULL, 1),
    ('new-year', 'day', '2025-01-01', 1, 1, 0, 0, 2, 1, 1),
    ('new-year', 'day', '2025-01-02', 0, 0, 0, 2, 0, 0, 1),
    ('new-year', 'day', '2025-01-03', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-04', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-05', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-06', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-07', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-08', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-09', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-10', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-11', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-12', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-13', 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', 'day', '2025-01-14', 0, 0, 1, 0, 1, NULL, 1),
    ('new-year', 'day', '2025-01-15', 0, 0, 0, 1, 0, 0, 1),
    ('new-year', 'week', '2024-12-30', 2, 0, 0, 0, 2, NULL, 1),
    ('new-year', 'week', '2025-01-06', 0, 0, 0, 2, 0, 0, 1),
    ('new-year', 'week', '2025-01-13', 0, 0, 1, 0, 1, NULL, 1),
    ('new-year', 'month', '2024-12-01', 1, 0, 0, 0, 1, NULL, 1),
    ('new-year', 'month', '2025-01-01', 1, 1, 0, 0, 2, 1, 1);

INSERT INTO rollcall.retention (community, interval, cohort, n, cohort_size, n_day, unbounded, consecutive, version) VALUES
    ('new-year', 'day', '2024-12-31', 0, 1, 1, 1, 1, 1), -- ann: the 31st, the 1st and the 14th
    ('new-year', 'day', '2024-12-31', 1, 1, 1, 1, 1, 1),
    ('new-year', 'day', '2024-12-31', 2, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 3, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 4, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 5, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 6, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 7, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 8, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 9, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 10, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 11, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 12, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 13, 1, 0, 1, 0, 1),
    ('new-year', 'day', '2024-12-31', 14, 1, 1, 1, 0, 1),
    ('new-year', 'day', '2025-01-01', 0, 1, 1, 1, 1, 1), -- bob
    ('new-year', 'day', '2025-01-01', 1, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 2, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 3, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 4, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 5, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 6, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 7, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 8, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 9, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 10, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 11, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 12, 1, 0, 0, 0, 1),
    ('new-year', 'day', '2025-01-01', 13, 1, 0, 0, 0, 1),
    ('new-year', 'week', '2024-12-30', 0, 2, 2, 2, 2, 1),
    ('new-year', 'week', '2024-12-30', 1, 2, 0, 1, 0, 1), -- ann came back in the week that holds stream time
    ('new-year', 'month', '2024-12-01', 0, 1, 1, 1, 1, 1);

INSERT INTO rollcall.stickiness (community, interval, start, active_days, members, version) VALUES
    ('new-year', 'week', '2024-12-30', 1, 1, 1),
    ('new-year', 'week', '2024-12-30', 2, 1, 1),
    ('new-year', 'week', '2025-01-13', 1, 1, 1),
    ('new-year', 'month', '2024-12-01', 1, 1, 1),
    ('new-year', 'month', '2025-01-01', 1, 1, 1),
    ('new-year', 'month', '2025-01-01', 2, 1, 1);

INSERT INTO rollcall.active_hours (community, member, hour_of_week, actions, version) VALUES
    ('new-year', 'ann', 47, 2, 1),
    ('new-year', 'ann', 48, 1, 1),
    ('new-year', 'bob', 48, 1, 1),
    ('new-year', 'cyd', 81, 1, 1),
    ('new-year', '', 47, 2, 1),
    ('new-year', '', 48, 2, 1),
    ('new-year', '', 81, 1, 1);

INSERT INTO rollcall.members_activity (community, member, first_seen, last_seen, actions, active_days, contributions, engagement, top_channel, is_bot, version) VALUES
    ('new-year', 'ann', '2024-12-31 12:30:00', '2025-01-14 12:30:00', 3, 3, 3, 2.25, 'a', 0, 1), -- 1 + 5/4: the post is two half-lives old
    ('new-year', 'bob', '2024-12-31 13:10:30', '2024-12-31 13:10:30', 1, 1, 0, 0.1, '', 1, 1),
    ('new-year', 'cyd', '2025-01-01 22:00:00', '2025-01-01 22:00:00', 1, 0, 0, 0, '', 1, 1);

INSERT INTO rollcall.member_days (community, member, day, actions, contributions, version) VALUES
    ('new-year', 'ann', '2024-12-31', 1, 1, 1),
    ('new-year', 'ann', '2025-01-01', 1, 1, 1),
    ('new-year', 'ann', '2025-01-14', 1, 1, 1),
    ('new-year', 'bob', '2025-01-01', 1, 0, 1),
    ('new-year', 'cyd', '2025-01-02', 1, 0, 1);

-- A fit that is easy: the odds of silence are 1 + the days of silence, gaps longer than k days are one in k + 1.
INSERT INTO rollcall.churn_models (community, fitted_at, day, coefficients, gap_table, version)
SELECT 'new-year', '2025-01-12 13:00:00', '2025-01-13',
    '{"slopes":[2,0,0,0,0,0,0],"means":[0,1,1,1,1,1,1],"deviations":[2,1,1,1,1,1,1],"intercept":0,"bgnbd":{"r":1,"alpha":1,"a":1,"b":1}}',
    toJSONString([arrayMap(k -> 1 / (k + 1), range(146))]), 1;

-- ann is 1 day silent at the midnight of the 15th, after 3 active days: odds of 2, which is at risk. bob is 14 days silent.
INSERT INTO rollcall.members_churn (community, member, state, state_since, risk, p_alive, reasons, version) VALUES
    ('new-year', 'ann', 'at_risk', '2025-01-14 13:00:00', 2 / 3, 3375 / 5423, '[]', 1), -- 1 / (1 + 1/2 * (16/15)^3)
    ('new-year', 'bob', 'active', '2025-01-07 13:00:00', 15 / 16, 0.8, '[]', 1), -- 1 - (1/70) / (1/14)
    ('new-year', 'cyd', 'left', '2025-01-01 22:00:00', NULL, NULL, '[]', 1);

INSERT INTO rollcall.churn_transitions (community, member, time, from_state, to_state, version) VALUES
    ('new-year', 'ann', '2025-01-06 13:00:00', 'new', 'active', 1),
    ('new-year', 'ann', '2025-01-14 13:00:00', 'active', 'at_risk', 1),
    ('new-year', 'bob', '2025-01-07 13:00:00', 'new', 'active', 1),
    ('new-year', 'cyd', '2025-01-01 22:00:00', '', 'left', 1);

INSERT INTO rollcall.churn_days (community, day, new, active, at_risk, left, entered_at_risk, entered_left, churn_rate, version) VALUES
    ('new-year', '2024-12-31', 1, 0, 0, 0, 0, 0, NULL, 1),
    ('new-year', '2025-01-01', 2, 0, 0, 0, 0, 0, 0, 1),
    ('new-year', '2025-01-02', 2, 0, 0, 1, 0, 1, 0.5, 1),
    ('new-year', '2025-01-07', 1, 1, 0, 1, 0, 0, 0, 1),
    ('new-year', '2025-01-15', 0, 1, 1, 1, 1, 0, 0, 1);
INSERT INTO rollcall.churn_days (community, day, new, left, churn_rate, version)
SELECT 'new-year', toDate('2025-01-03') + number, 2, 1, 0, 1 FROM numbers(4);
INSERT INTO rollcall.churn_days (community, day, active, left, churn_rate, version)
SELECT 'new-year', toDate('2025-01-08') + number, 2, 1, 0, 1 FROM numbers(7);

INSERT INTO rollcall.community_days (community, day, absence_factor, members, contributors, contributions, version) VALUES
    ('new-year', '2024-12-31', 1, 1, 1, 1, 1),
    ('new-year', '2025-01-01', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-02', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-03', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-04', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-05', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-06', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-07', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-08', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-09', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-10', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-11', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-12', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-13', 1, 2, 1, 2, 1),
    ('new-year', '2025-01-14', 1, 2, 1, 3, 1),
    ('new-year', '2025-01-15', 1, 2, 1, 3, 1);
