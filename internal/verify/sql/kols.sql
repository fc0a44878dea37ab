-- The numbers of who is on a board; the score is left to tests, with an implementation of its own.
, on_board AS ( -- of more than a hundred, who is published; else everyone who was ever endorsed
    SELECT board, member FROM rollcall.kols FINAL
    WHERE community = {community:String} AND toUnixTimestamp64Milli(as_of) = asof AND (SELECT uniqExact(target) FROM pairs) > 100
    UNION ALL
    SELECT arrayJoin(['all_time', 'current']), target FROM pairs WHERE (SELECT uniqExact(target) FROM pairs) <= 100 GROUP BY target)
, boards AS (
    SELECT 'all_time' AS board, actor, target FROM pairs
    UNION ALL
    SELECT 'current', actor, target FROM pairs WHERE now >= 0.5)
, direct AS (
    SELECT board, target AS member, groupUniqArray(actor) AS endorsers FROM boards GROUP BY board, target)
, indirect AS (
    SELECT o.board AS board, o.member AS member, groupUniqArray(p.actor) AS theirs
    FROM (SELECT board, member, arrayJoin(endorsers) AS endorser FROM direct WHERE (board, member) IN (SELECT board, member FROM on_board)) AS o
    INNER JOIN boards AS p ON p.board = o.board AND p.target = o.endorser
    GROUP BY board, member)
, h AS (
    SELECT member, length(arrayFilter((n, i) -> n >= i, arrayReverseSort(groupArray(n)) AS ns, arrayEnumerate(ns))) AS h_index
    FROM (SELECT target AS member, object, uniqExact(actor) AS n FROM ties WHERE object != '' GROUP BY target, object)
    GROUP BY member)
, strengths AS (
    SELECT member, sum(w) AS all FROM (
        SELECT actor AS member, sqrt(now) AS w FROM pairs
        UNION ALL
        SELECT target, sqrt(now) FROM pairs)
    GROUP BY member)
, with_leader AS (
    SELECT member, leader, sum(w) AS w FROM (
        SELECT actor AS member, target AS leader, sqrt(now) AS w FROM pairs
        UNION ALL
        SELECT target, actor, sqrt(now) FROM pairs)
    WHERE leader IN (SELECT member FROM on_board)
    GROUP BY member, leader)
, depend AS (
    SELECT leader, count() AS n
    FROM with_leader INNER JOIN strengths ON with_leader.member = strengths.member
    WHERE w > 0.5 * all * (1 + 1e-9)
    GROUP BY leader)
SELECT on_board.board AS board, on_board.member AS member,
       length(direct.endorsers) AS endorsers, h.h_index AS h_index,
       10 * length(direct.endorsers) + length(arrayFilter(x -> x != on_board.member AND NOT has(direct.endorsers, x), indirect.theirs)) AS reach,
       depend.n AS dependents
FROM on_board
LEFT JOIN direct ON direct.board = on_board.board AND direct.member = on_board.member
LEFT JOIN indirect ON indirect.board = on_board.board AND indirect.member = on_board.member
LEFT JOIN h ON h.member = on_board.member
LEFT JOIN depend ON depend.leader = on_board.member
