-- São Paulo on Sunday 4 November 2018: summer time begins at midnight, so the day begins at 01:00, 03:00 UTC.
INSERT INTO rollcall.actions (community, id, member, kind, time) VALUES
    ('no-midnight', '1', 'ann', 'message', '2018-11-04 02:59:59.999'), -- Saturday 23:59:59.999
    ('no-midnight', '2', 'bob', 'message', '2018-11-04 03:00:00'); -- Sunday 01:00, which is stream time

INSERT INTO rollcall.activity (community, dimension, segment, window, time, actions, active_members, contributing_members, version)
SELECT 'no-midnight', s.1, s.2, window, time, n, n, n, 1
FROM values('window String, time String, n UInt64',
    ('5m', '2018-11-04 03:00:00', 1), ('5m', '2018-11-04 03:01:00', 2), ('1h', '2018-11-04 03:00:00', 1), ('1h', '2018-11-04 03:01:00', 2),
    ('24h', '2018-11-04 03:00:00', 1), ('24h', '2018-11-04 04:00:00', 2),
    ('7d', '2018-11-04 03:00:00', 1), ('7d', '2018-11-05 02:00:00', 2), ('30d', '2018-11-04 03:00:00', 1), ('30d', '2018-11-05 02:00:00', 2))
ARRAY JOIN [('', ''), ('kind', 'message')] AS s;

INSERT INTO rollcall.activity_days (community, day, dau, wau, mau, stickiness_ratio, actions, contributing_members, lurkers, version) VALUES
    ('no-midnight', '2018-11-03', 1, 1, 1, 1, 1, 1, 0, 1),
    ('no-midnight', '2018-11-04', 1, 2, 2, 0.5, 1, 1, 0, 1);

INSERT INTO rollcall.lifecycle (community, interval, start, new, returning, resurrecting, dormant, active, period_over_period, version) VALUES
    ('no-midnight', 'day', '2018-11-03', 1, 0, 0, 0, 1, NULL, 1),
    ('no-midnight', 'day', '2018-11-04', 1, 0, 0, 1, 1, 0, 1),
    ('no-midnight', 'week', '2018-10-29', 2, 0, 0, 0, 2, NULL, 1),
    ('no-midnight', 'month', '2018-11-01', 2, 0, 0, 0, 2, NULL, 1);

INSERT INTO rollcall.retention (community, interval, cohort, n, cohort_size, n_day, unbounded, consecutive, version) VALUES
    ('no-midnight', 'day', '2018-11-03', 0, 1, 1, 1, 1, 1);

INSERT INTO rollcall.stickiness (community, interval, start, active_days, members, version) VALUES
    ('no-midnight', 'week', '2018-10-29', 1, 2, 1),
    ('no-midnight', 'month', '2018-11-01', 1, 2, 1);

INSERT INTO rollcall.active_hours (community, member, hour_of_week, actions, version) VALUES
    ('no-midnight', 'ann', 143, 1, 1), ('no-midnight', 'bob', 145, 1, 1), ('no-midnight', '', 143, 1, 1), ('no-midnight', '', 145, 1, 1);

INSERT INTO rollcall.members_activity (community, member, first_seen, last_seen, actions, active_days, contributions, engagement, version) VALUES
    ('no-midnight', 'ann', '2018-11-04 02:59:59.999', '2018-11-04 02:59:59.999', 1, 1, 1, 1, 1),
    ('no-midnight', 'bob', '2018-11-04 03:00:00', '2018-11-04 03:00:00', 1, 1, 1, 1, 1);

INSERT INTO rollcall.member_days (community, member, day, actions, contributions, version) VALUES
    ('no-midnight', 'ann', '2018-11-03', 1, 1, 1), ('no-midnight', 'bob', '2018-11-04', 1, 1, 1);

INSERT INTO rollcall.members_churn (community, member, state, state_since, risk, p_alive, reasons, version) VALUES
    ('no-midnight', 'ann', 'new', '2018-11-04 02:59:59.999', NULL, NULL, '[]', 1),
    ('no-midnight', 'bob', 'new', '2018-11-04 03:00:00', NULL, NULL, '[]', 1);

INSERT INTO rollcall.churn_days (community, day, new, churn_rate, version) VALUES
    ('no-midnight', '2018-11-03', 1, NULL, 1),
    ('no-midnight', '2018-11-04', 2, 0, 1);

INSERT INTO rollcall.community_days (community, day, absence_factor, members, contributors, contributions, version) VALUES
    ('no-midnight', '2018-11-03', 1, 1, 1, 1, 1),
    ('no-midnight', '2018-11-04', 1, 2, 2, 2, 1);
