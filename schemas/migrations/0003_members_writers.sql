-- Each stage that says something of a member has a table of its own, and members shows them as one.

RENAME TABLE rollcall.members TO rollcall.members_activity;

CREATE TABLE IF NOT EXISTS rollcall.members_churn
(
    community   LowCardinality(String),
    member      String,
    state       LowCardinality(String) COMMENT 'empty: was never active',
    state_since DateTime64(3, 'UTC'),
    p_alive     Nullable(Float64),
    risk        Nullable(Float64) COMMENT 'probability of no active day in the next 56 days',
    reasons     String COMMENT 'JSON',
    version     UInt64,
    definition  UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, member);

-- Both sides come sorted by their key, so they are merged as they are read, with no table of hashes in memory.
CREATE OR REPLACE VIEW rollcall.members AS
SELECT
    a.community AS community,
    a.member AS member,
    a.first_seen AS first_seen,
    a.last_seen AS last_seen,
    a.actions AS actions,
    a.active_days AS active_days,
    a.contributions AS contributions,
    a.engagement AS engagement,
    a.top_channel AS top_channel,
    a.is_bot AS is_bot,
    c.state AS state,
    if(c.state = '', NULL, c.state_since) AS state_since,
    if(isNaN(c.p_alive), NULL, c.p_alive) AS p_alive,
    if(isNaN(c.risk), NULL, c.risk) AS risk,
    c.reasons AS reasons,
    greatest(a.version, c.version) AS version,
    a.definition AS definition,
    c.definition AS churn_definition
FROM (SELECT * FROM rollcall.members_activity FINAL) AS a
LEFT JOIN (SELECT * FROM rollcall.members_churn FINAL) AS c ON a.community = c.community AND a.member = c.member
SETTINGS join_algorithm = 'full_sorting_merge', join_use_nulls = 0;
