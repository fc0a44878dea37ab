-- Who holds a community together: the first hundred of each board, who depends on them, and clusters.

CREATE TABLE IF NOT EXISTS rollcall.kols
(
    community   LowCardinality(String),
    board       LowCardinality(String) COMMENT 'all_time, or current: half-life 90 days',
    as_of       DateTime64(3, 'UTC') COMMENT 'a local midnight; the newest may lie ahead: its day is not over and the row provisional',
    rank        UInt32 COMMENT '1 to 100',
    member      String,
    score       Float64 COMMENT 'PageRank × (1 + ln of own active days)',
    rank_change Nullable(Float64) COMMENT 'places gained against the ranking a week before; NULL: was not ranked then',
    endorsers   UInt32 COMMENT 'distinct members who endorsed; current: with a decayed weight of at least 0.5',
    h_index     UInt32 COMMENT 'h objects with at least h distinct endorsers each',
    reach       UInt64 COMMENT '10 × endorsers + their endorsers',
    cluster     UInt32 COMMENT '0: not known yet',
    bridge      Float64 COMMENT 'how much the member ties clusters together',
    dependents  UInt32 COMMENT 'members more than half of whose tie weight is with this one',
    restart     LowCardinality(String) COMMENT 'where walks restart: vouched, staff, uniform',
    is_deleted  UInt8,
    version     UInt64,
    definition  UInt32
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (community, board, as_of, rank);

CREATE TABLE IF NOT EXISTS rollcall.kol_dependents
(
    community  LowCardinality(String),
    as_of      DateTime64(3, 'UTC'),
    member     String,
    kol        String,
    share      Float64 COMMENT 'of the tie weight of member, the part with kol: more than a half',
    is_deleted UInt8,
    version    UInt64,
    definition UInt32
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (community, as_of, kol, member);

CREATE TABLE IF NOT EXISTS rollcall.clusters
(
    community   LowCardinality(String),
    as_of       DateTime64(3, 'UTC'),
    cluster     UInt32 COMMENT 'the same as a week before where most of its members are',
    members     UInt32,
    label       String COMMENT 'the channels in which most of its members do most',
    top_members String COMMENT 'JSON: the first of the board all_time',
    modularity  Float64 COMMENT 'of all clusters together',
    is_deleted  UInt8,
    version     UInt64,
    definition  UInt32
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (community, as_of, cluster);

CREATE TABLE IF NOT EXISTS rollcall.members_kol
(
    community      LowCardinality(String),
    member         String,
    influence_rank UInt32 COMMENT 'place on the board all_time; 0: none',
    version        UInt64,
    definition     UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, member);

-- As before, all sides come sorted by their key and are merged as they are read.
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
    nullIf(k.influence_rank, 0) AS influence_rank,
    greatest(a.version, c.version, k.version) AS version,
    a.definition AS definition,
    c.definition AS churn_definition,
    k.definition AS kol_definition
FROM (SELECT * FROM rollcall.members_activity FINAL) AS a
LEFT JOIN (SELECT * FROM rollcall.members_churn FINAL) AS c ON a.community = c.community AND a.member = c.member
LEFT JOIN (SELECT * FROM rollcall.members_kol FINAL) AS k ON a.community = k.community AND a.member = k.member
SETTINGS join_algorithm = 'full_sorting_merge', join_use_nulls = 0;
