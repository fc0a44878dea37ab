-- Lord Howe on Sunday 6 April 2025: at 15:00 UTC, 02:00 there, the clock goes back half an hour, from UTC+11 to UTC+10:30.
INSERT INTO rollcall.actions (community, id, member, kind, time) VALUES
    ('half-hour', '1', 'ann', 'message', '2025-04-05 14:45:00'), -- 01:45
    ('half-hour', '2', 'ann', 'message', '2025-04-05 15:10:00'); -- 01:40
-- Stream time is Monday 00:30: 2025-04-06 14:00 UTC.

INSERT INTO rollcall.activity (community, dimension, segment, window, time, actions, active_members, contributing_members, version)
SELECT 'half-hour', s.1, s.2, window, time, actions, 1 * (actions > 0), 1 * (actions > 0), 1
FROM values('window String, time String, actions UInt64',
    ('5m', '2025-04-05 14:46:00', 1), ('5m', '2025-04-05 14:51:00', 0), ('5m', '2025-04-05 15:11:00', 1), ('5m', '2025-04-05 15:16:00', 0),
    ('1h', '2025-04-05 14:46:00', 1), ('1h', '2025-04-05 15:11:00', 2), ('1h', '2025-04-05 15:46:00', 1), ('1h', '2025-04-05 16:11:00', 0),
    ('24h', '2025-04-05 15:00:00', 1), ('24h', '2025-04-05 16:00:00', 2), ('24h', '2025-04-06 15:00:00', 1),
    ('7d', '2025-04-06 13:30:00', 2), ('30d', '2025-04-06 13:30:00', 2)) -- the midnight after
ARRAY JOIN [('', ''), ('kind', 'message')] AS s;

INSERT INTO rollcall.activity_days (community, day, dau, wau, mau, stickiness_ratio, actions, contributing_members, lurkers, version) VALUES
    ('half-hour', '2025-04-06', 1, 1, 1, 1, 2, 1, 0, 1),
    ('half-hour', '2025-04-07', 0, 1, 1, 0, 0, 0, 0, 1);

INSERT INTO rollcall.lifecycle (community, interval, start, new, returning, resurrecting, dormant, active, period_over_period, version) VALUES
    ('half-hour', 'day', '2025-04-06', 1, 0, 0, 0, 1, NULL, 1),
    ('half-hour', 'day', '2025-04-07', 0, 0, 0, 1, 0, 0, 1),
    ('half-hour', 'week', '2025-03-31', 1, 0, 0, 0, 1, NULL, 1),
    ('half-hour', 'week', '2025-04-07', 0, 0, 0, 1, 0, 0, 1),
    ('half-hour', 'month', '2025-04-01', 1, 0, 0, 0, 1, NULL, 1);

INSERT INTO rollcall.retention (community, interval, cohort, n, cohort_size, n_day, unbounded, consecutive, version) VALUES
    ('half-hour', 'day', '2025-04-06', 0, 1, 1, 1, 1, 1),
    ('half-hour', 'week', '2025-03-31', 0, 1, 1, 1, 1, 1);

INSERT INTO rollcall.stickiness (community, interval, start, active_days, members, version) VALUES
    ('half-hour', 'week', '2025-03-31', 1, 1, 1),
    ('half-hour', 'month', '2025-04-01', 1, 1, 1);

INSERT INTO rollcall.active_hours (community, member, hour_of_week, actions, version) VALUES
    ('half-hour', 'ann', 145, 2, 1), -- Sunday 01:00
    ('half-hour', '', 145, 2, 1);

INSERT INTO rollcall.members_activity (community, member, first_seen, last_seen, actions, active_days, contributions, engagement, version) VALUES
    ('half-hour', 'ann', '2025-04-05 14:45:00', '2025-04-05 15:10:00', 2, 1, 2, 1.9982823618, 1); -- 1 + 2^(-25 min / 7 d)

INSERT INTO rollcall.member_days (community, member, day, actions, contributions, version) VALUES
    ('half-hour', 'ann', '2025-04-06', 2, 2, 1);

INSERT INTO rollcall.members_churn (community, member, state, state_since, risk, p_alive, reasons, version) VALUES
    ('half-hour', 'ann', 'new', '2025-04-05 14:45:00', NULL, NULL, '[]', 1);

INSERT INTO rollcall.churn_days (community, day, new, churn_rate, version) VALUES
    ('half-hour', '2025-04-06', 1, NULL, 1),
    ('half-hour', '2025-04-07', 1, 0, 1);

INSERT INTO rollcall.community_days (community, day, absence_factor, members, contributors, contributions, version) VALUES
    ('half-hour', '2025-04-06', 1, 1, 1, 2, 1),
    ('half-hour', '2025-04-07', 1, 1, 1, 2, 1);
