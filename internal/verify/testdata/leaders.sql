-- Half of what was given 90 days before the ranking of 2 March 2025, 00:00 UTC, is left; of what is twice as old a quarter.
INSERT INTO rollcall.communities (community, time, time_zone, clock, lateness_ms, version) VALUES ('leaders', '2025-03-02 02:00:00', 'UTC', 'data', 3600000, 1);

INSERT INTO rollcall.actions (community, id, member, kind, target, object, value, properties, time, late) VALUES
    ('leaders', '1', 'ben', 'comment', 'ann', 'o1', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '2', 'cyd', 'comment', 'ann', 'o1', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '3', 'dan', 'vote', 'ann', 'o2', 7, '', '2024-12-02 00:00:00', 0), -- 3
    ('leaders', '4', 'ben', 'answer', 'ann', 'o2', NULL, '', '2024-12-02 00:00:00', 0), -- ben to ann: 2, now 1
    ('leaders', '5', 'ann', 'react', 'ben', '', NULL, '', '2024-09-03 00:00:00', 0), -- now a quarter
    ('leaders', '6', 'dan', 'follow', 'cyd', '', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '7', 'eve', 'vote', 'ann', '', NULL, '', '2024-12-02 00:00:00', 0), -- 1
    -- None of these counts: against, oneself, bots, late, a kind that endorses nothing, too new.
    ('leaders', '8', 'cyd', 'downvote', 'dan', 'o3', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '9', 'cyd', 'vote', 'dan', 'o3', -1, '', '2024-12-02 00:00:00', 0),
    ('leaders', '10', 'eve', 'comment', 'eve', 'o3', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '11', 'listed', 'comment', 'eve', 'o3', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '12', 'robot', 'comment', 'eve', 'o3', NULL, '{"is_bot": true}', '2024-12-02 00:00:00', 0),
    ('leaders', '13', 'ben', 'comment', 'robot', 'o3', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '14', 'ben', 'comment', 'eve', 'o3', NULL, '', '2024-12-02 00:00:00', 1),
    ('leaders', '15', 'ben', 'view', 'eve', 'o3', NULL, '', '2024-12-02 00:00:00', 0),
    ('leaders', '16', 'ben', 'comment', 'eve', 'o3', NULL, '', '2025-03-02 00:00:00', 0);

-- ann: o1 and o2 have two endorsers each. ben: by ann, whose endorsers are ben, cyd, dan and eve. cyd: by dan.
-- Tie weights now: ben and ann 1 + 0.5; cyd and ann √0.5, cyd and dan √0.5, so cyd depends on nobody; dan and ann √1.5.
INSERT INTO rollcall.kols (community, board, as_of, rank, member, score, endorsers, h_index, reach, dependents, version) VALUES
    ('leaders', 'all_time', '2025-03-02 00:00:00', 1, 'ann', 3, 4, 2, 40, 3, 1),
    ('leaders', 'all_time', '2025-03-02 00:00:00', 2, 'ben', 2, 1, 0, 13, 0, 1),
    ('leaders', 'all_time', '2025-03-02 00:00:00', 3, 'cyd', 1, 1, 0, 10, 0, 1),
    ('leaders', 'current', '2025-03-02 00:00:00', 1, 'ann', 3, 4, 2, 40, 3, 1),
    ('leaders', 'current', '2025-03-02 00:00:00', 2, 'cyd', 2, 1, 0, 10, 0, 1),
    ('leaders', 'current', '2025-03-02 00:00:00', 3, 'ben', 1, 0, 0, 0, 0, 1);

INSERT INTO rollcall.kol_dependents (community, as_of, member, kol, share, version) VALUES
    ('leaders', '2025-03-02 00:00:00', 'ben', 'ann', 1, 1),
    ('leaders', '2025-03-02 00:00:00', 'dan', 'ann', 0.6339745962, 1),
    ('leaders', '2025-03-02 00:00:00', 'eve', 'ann', 1, 1);

INSERT INTO rollcall.members_kol (community, member, influence_rank, version) VALUES
    ('leaders', 'ann', 1, 1), ('leaders', 'ben', 2, 1), ('leaders', 'cyd', 3, 1), ('leaders', 'dan', 0, 1);
