, steps AS (
    SELECT day, step.1 AS state, sum(step.2) AS n, sum(step.3) AS e
    FROM (
        SELECT day, arrayJoin([(to, 1, 1), (from, -1, 0)]) AS step FROM changes
        UNION ALL
        SELECT arrayJoin(range(first, today + 1)) AS day, ('', 0, 0) FROM (SELECT toInt32(min(day)) AS first FROM acted HAVING count() > 0))
    GROUP BY day, state)
SELECT toDate(toUInt16(day)) AS day,
       sum(a) OVER w AS new, sum(b) OVER w AS active, sum(c) OVER w AS at_risk, sum(d) OVER w AS churned,
       sum(e) OVER w AS resurrected, sum(f) OVER w AS left,
       entered_at_risk, entered_churned, entered_left,
       -- those who can churn when the day before ended: the members of today, less its changes
       if(here - change = 0, NULL, (entered_churned + entered_left) / (here - change)) AS churn_rate
FROM (
    SELECT day,
           sumIf(n, state = 'new') AS a, sumIf(n, state = 'active') AS b, sumIf(n, state = 'at_risk') AS c,
           sumIf(n, state = 'churned') AS d, sumIf(n, state = 'resurrected') AS e, sumIf(n, state = 'left') AS f,
           sumIf(steps.e, state = 'at_risk') AS entered_at_risk, sumIf(steps.e, state = 'churned') AS entered_churned,
           sumIf(steps.e, state = 'left') AS entered_left,
           sumIf(n, state IN ('new', 'active', 'at_risk', 'resurrected')) AS change,
           sum(change) OVER (ORDER BY day) AS here
    FROM steps GROUP BY day)
WINDOW w AS (ORDER BY day)
