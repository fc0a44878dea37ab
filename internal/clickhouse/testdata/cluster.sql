CREATE DATABASE IF NOT EXISTS rollcall ON CLUSTER '{cluster}';

CREATE TABLE IF NOT EXISTS rollcall.migrations ON CLUSTER '{cluster}' (version_id Int64, is_applied UInt8, date Date DEFAULT now(), tstamp DateTime DEFAULT now()) ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/rollcall/migrations', '{shard}-{replica}') ORDER BY date;

CREATE TABLE IF NOT EXISTS rollcall.actions_local ON CLUSTER '{cluster}'
(
    community  LowCardinality(String),
    id         String,
    time       DateTime64(3, 'UTC'),
    received   DateTime64(3, 'UTC'),
    member     String,
    kind       LowCardinality(String),
    name       LowCardinality(String),
    target     String,
    object     String,
    channel    LowCardinality(String),
    platform   LowCardinality(String),
    campaign   LowCardinality(String),
    value      Nullable(Float64),
    properties String CODEC(ZSTD(1)),
    source     LowCardinality(String),
    late       UInt8 COMMENT '1: came more than the lateness behind stream time, in no number until a rebuild',
    version    UInt64 COMMENT 'rises with the offset on the log',
    earliest   UInt64 MATERIALIZED bitNot(version) COMMENT 'a repeat changes nothing: the first row stays'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/actions_local', '{replica}', earliest)
PARTITION BY toYear(time)
PRIMARY KEY (community, time)
ORDER BY (community, time, id, member);

CREATE TABLE IF NOT EXISTS rollcall.rejected_local ON CLUSTER '{cluster}'
(
    received  DateTime64(3, 'UTC'),
    community LowCardinality(String),
    source    String,
    reason    LowCardinality(String),
    field     LowCardinality(String),
    detail    String,
    payload   String CODEC(ZSTD(1)),
    digest    String COMMENT 'of source and bytes',
    version   UInt64,
    earliest  UInt64 MATERIALIZED bitNot(version)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/rejected_local', '{replica}', earliest)
ORDER BY (community, source, digest);

CREATE TABLE IF NOT EXISTS rollcall.activity_local ON CLUSTER '{cluster}'
(
    community            LowCardinality(String),
    dimension            LowCardinality(String),
    segment              String,
    window               LowCardinality(String),
    time                 DateTime64(3, 'UTC') COMMENT 'end of the window',
    actions              UInt64,
    active_members       UInt64,
    contributing_members UInt64,
    is_deleted           UInt8,
    version              UInt64,
    definition           UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/activity_local', '{replica}', version, is_deleted)
PARTITION BY toYear(time)
ORDER BY (community, dimension, segment, window, time);

CREATE TABLE IF NOT EXISTS rollcall.members_local ON CLUSTER '{cluster}'
(
    community     LowCardinality(String),
    member        String,
    first_seen    DateTime64(3, 'UTC'),
    last_seen     DateTime64(3, 'UTC'),
    actions       UInt64,
    active_days   UInt32,
    contributions UInt64,
    version       UInt64,
    definition    UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/members_local', '{replica}', version)
ORDER BY (community, member);

CREATE TABLE IF NOT EXISTS rollcall.member_days_local ON CLUSTER '{cluster}'
(
    community     LowCardinality(String),
    member        String,
    day           Date,
    actions       UInt32,
    contributions UInt32,
    version       UInt64,
    definition    UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/member_days_local', '{replica}', version)
PARTITION BY toYear(day)
ORDER BY (community, day, member);

CREATE OR REPLACE TABLE rollcall.actions ON CLUSTER '{cluster}' AS rollcall.actions_local ENGINE = Distributed('{cluster}', 'rollcall', 'actions_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.activity ON CLUSTER '{cluster}' AS rollcall.activity_local ENGINE = Distributed('{cluster}', 'rollcall', 'activity_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.member_days ON CLUSTER '{cluster}' AS rollcall.member_days_local ENGINE = Distributed('{cluster}', 'rollcall', 'member_days_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.members ON CLUSTER '{cluster}' AS rollcall.members_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.rejected ON CLUSTER '{cluster}' AS rollcall.rejected_local ENGINE = Distributed('{cluster}', 'rollcall', 'rejected_local', cityHash64(community));

ALTER TABLE rollcall.actions_local ON CLUSTER '{cluster}' ADD COLUMN IF NOT EXISTS restated UInt32 COMMENT 'the rebuild that said anew whether it is late' AFTER late;

ALTER TABLE rollcall.actions_local ON CLUSTER '{cluster}' MODIFY COLUMN earliest UInt64
    MATERIALIZED bitOr(bitShiftLeft(toUInt64(restated), 48), bitXor(version, 0xFFFFFFFFFFFF));

ALTER TABLE rollcall.actions_local ON CLUSTER '{cluster}' MATERIALIZE COLUMN earliest SETTINGS mutations_sync = 1;

ALTER TABLE rollcall.members_local ON CLUSTER '{cluster}'
    ADD COLUMN IF NOT EXISTS engagement Float64 COMMENT 'engagement score as of last_seen' AFTER contributions,
    ADD COLUMN IF NOT EXISTS top_channel String AFTER engagement,
    ADD COLUMN IF NOT EXISTS is_bot UInt8 AFTER top_channel;

CREATE TABLE IF NOT EXISTS rollcall.activity_days_local ON CLUSTER '{cluster}'
(
    community            LowCardinality(String),
    day                  Date,
    dau                  UInt64,
    wau                  UInt64,
    mau                  UInt64,
    stickiness_ratio     Nullable(Float64) COMMENT 'dau / mau',
    actions              UInt64,
    contributing_members UInt64,
    lurkers              UInt64,
    version              UInt64,
    definition           UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/activity_days_local', '{replica}', version)
PARTITION BY toYear(day)
ORDER BY (community, day);

CREATE TABLE IF NOT EXISTS rollcall.lifecycle_local ON CLUSTER '{cluster}'
(
    community          LowCardinality(String),
    interval           LowCardinality(String),
    start              Date,
    new                UInt64,
    returning          UInt64,
    resurrecting       UInt64,
    dormant            UInt64,
    active             UInt64,
    period_over_period Nullable(Float64),
    version            UInt64,
    definition         UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/lifecycle_local', '{replica}', version)
ORDER BY (community, interval, start);

CREATE TABLE IF NOT EXISTS rollcall.retention_local ON CLUSTER '{cluster}'
(
    community   LowCardinality(String),
    interval    LowCardinality(String),
    cohort      Date,
    n           UInt32,
    cohort_size UInt64,
    n_day       UInt64,
    unbounded   UInt64,
    consecutive UInt64,
    is_deleted  UInt8,
    version     UInt64,
    definition  UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/retention_local', '{replica}', version, is_deleted)
ORDER BY (community, interval, cohort, n);

CREATE TABLE IF NOT EXISTS rollcall.stickiness_local ON CLUSTER '{cluster}'
(
    community   LowCardinality(String),
    interval    LowCardinality(String),
    start       Date,
    active_days UInt32,
    members     UInt64,
    is_deleted  UInt8,
    version     UInt64,
    definition  UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/stickiness_local', '{replica}', version, is_deleted)
ORDER BY (community, interval, start, active_days);

CREATE TABLE IF NOT EXISTS rollcall.active_hours_local ON CLUSTER '{cluster}'
(
    community    LowCardinality(String),
    member       String COMMENT 'empty: the whole community',
    hour_of_week UInt32 COMMENT '0 is Monday 00:00, in the community''s time zone',
    actions      UInt64,
    version      UInt64,
    definition   UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/active_hours_local', '{replica}', version)
ORDER BY (community, member, hour_of_week);

CREATE TABLE IF NOT EXISTS rollcall.communities_local ON CLUSTER '{cluster}'
(
    community   LowCardinality(String),
    time        DateTime64(3, 'UTC') COMMENT 'stream time: the tables are complete up to here',
    time_zone   LowCardinality(String),
    clock       LowCardinality(String),
    lateness_ms UInt64,
    epoch       UInt32 COMMENT 'rebuilds so far',
    version     UInt64,
    definition  UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/communities_local', '{replica}', version)
ORDER BY community;

CREATE OR REPLACE TABLE rollcall.actions ON CLUSTER '{cluster}' AS rollcall.actions_local ENGINE = Distributed('{cluster}', 'rollcall', 'actions_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.active_hours ON CLUSTER '{cluster}' AS rollcall.active_hours_local ENGINE = Distributed('{cluster}', 'rollcall', 'active_hours_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.activity_days ON CLUSTER '{cluster}' AS rollcall.activity_days_local ENGINE = Distributed('{cluster}', 'rollcall', 'activity_days_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.communities ON CLUSTER '{cluster}' AS rollcall.communities_local ENGINE = Distributed('{cluster}', 'rollcall', 'communities_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.lifecycle ON CLUSTER '{cluster}' AS rollcall.lifecycle_local ENGINE = Distributed('{cluster}', 'rollcall', 'lifecycle_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.members ON CLUSTER '{cluster}' AS rollcall.members_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.retention ON CLUSTER '{cluster}' AS rollcall.retention_local ENGINE = Distributed('{cluster}', 'rollcall', 'retention_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.stickiness ON CLUSTER '{cluster}' AS rollcall.stickiness_local ENGINE = Distributed('{cluster}', 'rollcall', 'stickiness_local', cityHash64(community));

RENAME TABLE rollcall.members_local TO rollcall.members_activity_local ON CLUSTER '{cluster}';

CREATE TABLE IF NOT EXISTS rollcall.members_churn_local ON CLUSTER '{cluster}'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/members_churn_local', '{replica}', version)
ORDER BY (community, member);

CREATE OR REPLACE VIEW rollcall.members_local ON CLUSTER '{cluster}' AS
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
FROM (SELECT * FROM rollcall.members_activity_local FINAL) AS a
LEFT JOIN (SELECT * FROM rollcall.members_churn_local FINAL) AS c ON a.community = c.community AND a.member = c.member
SETTINGS join_algorithm = 'full_sorting_merge', join_use_nulls = 0;

CREATE OR REPLACE TABLE rollcall.members ON CLUSTER '{cluster}' AS rollcall.members_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.members_activity ON CLUSTER '{cluster}' AS rollcall.members_activity_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_activity_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.members_churn ON CLUSTER '{cluster}' AS rollcall.members_churn_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_churn_local', cityHash64(community));

CREATE TABLE IF NOT EXISTS rollcall.churn_transitions_local ON CLUSTER '{cluster}'
(
    community  LowCardinality(String),
    member     String,
    time       DateTime64(3, 'UTC') COMMENT 'of the action, or the local midnight',
    from_state LowCardinality(String) COMMENT 'empty: was never active',
    to_state   LowCardinality(String),
    reasons    String COMMENT 'JSON',
    is_deleted UInt8,
    version    UInt64,
    definition UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/churn_transitions_local', '{replica}', version, is_deleted)
ORDER BY (community, member, time, to_state);

CREATE TABLE IF NOT EXISTS rollcall.churn_days_local ON CLUSTER '{cluster}'
(
    community       LowCardinality(String),
    day             Date,
    new             UInt64 COMMENT 'members in this state at the end of the day, as the next five',
    active          UInt64,
    at_risk         UInt64,
    churned         UInt64,
    resurrected     UInt64,
    left            UInt64,
    entered_at_risk UInt64,
    entered_churned UInt64,
    entered_left    UInt64,
    churn_rate      Nullable(Float64) COMMENT '(entered_churned + entered_left) / members who were neither at the start of the day',
    version         UInt64,
    definition      UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/churn_days_local', '{replica}', version)
ORDER BY (community, day);

CREATE TABLE IF NOT EXISTS rollcall.churn_models_local ON CLUSTER '{cluster}'
(
    community    LowCardinality(String),
    fitted_at    DateTime64(3, 'UTC') COMMENT 'the local midnight at which day begins',
    day          Date,
    coefficients String COMMENT 'JSON: what the seven features are standardised by and weigh',
    gap_table    String COMMENT 'JSON: by bucket, the share of gaps longer than 0, 1, 2, … days',
    rows         UInt64 COMMENT 'snapshots of members whose 56 days are over, learned from',
    provisional  UInt8 COMMENT '1: less than 84 days of history',
    version      UInt64,
    definition   UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/churn_models_local', '{replica}', version)
ORDER BY (community, fitted_at);

CREATE OR REPLACE TABLE rollcall.churn_days ON CLUSTER '{cluster}' AS rollcall.churn_days_local ENGINE = Distributed('{cluster}', 'rollcall', 'churn_days_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.churn_models ON CLUSTER '{cluster}' AS rollcall.churn_models_local ENGINE = Distributed('{cluster}', 'rollcall', 'churn_models_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.churn_transitions ON CLUSTER '{cluster}' AS rollcall.churn_transitions_local ENGINE = Distributed('{cluster}', 'rollcall', 'churn_transitions_local', cityHash64(community));

CREATE TABLE IF NOT EXISTS rollcall.alerts_local ON CLUSTER '{cluster}'
(
    community       LowCardinality(String),
    alert_id        String,
    kind            LowCardinality(String),
    state           LowCardinality(String) COMMENT 'open, acknowledged, resolved',
    change          LowCardinality(String) COMMENT 'the last one: opened, updated, acknowledged, silenced, resolved, test',
    sequence        UInt32 COMMENT 'how many changes there were',
    opened          DateTime64(3, 'UTC'),
    updated         DateTime64(3, 'UTC'),
    resolved        DateTime64(3, 'UTC') COMMENT '1970: not yet',
    interval_start  DateTime64(3, 'UTC') COMMENT 'since when',
    interval_end    DateTime64(3, 'UTC') COMMENT 'end of the last interval that was looked at',
    expected        Float64,
    observed        Float64,
    probability     Float64,
    cause           LowCardinality(String) COMMENT 'platform_outage, holiday, or empty',
    cause_name      String,
    segments        String COMMENT 'JSON: dimension, segment, expected, observed, share of the excess',
    members         String COMMENT 'JSON: whom to contact first: member, value, why_en, why_zh',
    acknowledged_by String,
    silenced_until  DateTime64(3, 'UTC') COMMENT '1970: not silenced',
    severity        LowCardinality(String) COMMENT 'info, warning, critical',
    title_en        String,
    title_zh        String,
    text_en         String,
    text_zh         String,
    version         UInt64,
    definition      UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/alerts_local', '{replica}', version)
ORDER BY (community, alert_id);

CREATE OR REPLACE TABLE rollcall.alerts ON CLUSTER '{cluster}' AS rollcall.alerts_local ENGINE = Distributed('{cluster}', 'rollcall', 'alerts_local', cityHash64(community));

CREATE TABLE IF NOT EXISTS rollcall.community_days_local ON CLUSTER '{cluster}'
(
    community      LowCardinality(String),
    day            Date,
    absence_factor UInt64 COMMENT 'the fewest members who made half of all contributions by the end of the day',
    members        UInt64 COMMENT 'who were active by then',
    contributors   UInt64 COMMENT 'who contributed by then',
    contributions  UInt64 COMMENT 'by then',
    version        UInt64,
    definition     UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/community_days_local', '{replica}', version)
ORDER BY (community, day);

CREATE OR REPLACE TABLE rollcall.community_days ON CLUSTER '{cluster}' AS rollcall.community_days_local ENGINE = Distributed('{cluster}', 'rollcall', 'community_days_local', cityHash64(community));

CREATE TABLE IF NOT EXISTS rollcall.kols_local ON CLUSTER '{cluster}'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/kols_local', '{replica}', version, is_deleted)
ORDER BY (community, board, as_of, rank);

CREATE TABLE IF NOT EXISTS rollcall.kol_dependents_local ON CLUSTER '{cluster}'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/kol_dependents_local', '{replica}', version, is_deleted)
ORDER BY (community, as_of, kol, member);

CREATE TABLE IF NOT EXISTS rollcall.clusters_local ON CLUSTER '{cluster}'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/clusters_local', '{replica}', version, is_deleted)
ORDER BY (community, as_of, cluster);

CREATE TABLE IF NOT EXISTS rollcall.members_kol_local ON CLUSTER '{cluster}'
(
    community      LowCardinality(String),
    member         String,
    influence_rank UInt32 COMMENT 'place on the board all_time; 0: none',
    version        UInt64,
    definition     UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/rollcall/members_kol_local', '{replica}', version)
ORDER BY (community, member);

CREATE OR REPLACE VIEW rollcall.members_local ON CLUSTER '{cluster}' AS
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
FROM (SELECT * FROM rollcall.members_activity_local FINAL) AS a
LEFT JOIN (SELECT * FROM rollcall.members_churn_local FINAL) AS c ON a.community = c.community AND a.member = c.member
LEFT JOIN (SELECT * FROM rollcall.members_kol_local FINAL) AS k ON a.community = k.community AND a.member = k.member
SETTINGS join_algorithm = 'full_sorting_merge', join_use_nulls = 0;

CREATE OR REPLACE TABLE rollcall.clusters ON CLUSTER '{cluster}' AS rollcall.clusters_local ENGINE = Distributed('{cluster}', 'rollcall', 'clusters_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.kol_dependents ON CLUSTER '{cluster}' AS rollcall.kol_dependents_local ENGINE = Distributed('{cluster}', 'rollcall', 'kol_dependents_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.kols ON CLUSTER '{cluster}' AS rollcall.kols_local ENGINE = Distributed('{cluster}', 'rollcall', 'kols_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.members ON CLUSTER '{cluster}' AS rollcall.members_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_local', cityHash64(community));

CREATE OR REPLACE TABLE rollcall.members_kol ON CLUSTER '{cluster}' AS rollcall.members_kol_local ENGINE = Distributed('{cluster}', 'rollcall', 'members_kol_local', cityHash64(community));

SYSTEM SYNC REPLICA ON CLUSTER '{cluster}' rollcall.actions_local LIGHTWEIGHT;

DELETE FROM rollcall.actions_local ON CLUSTER '{cluster}' WHERE version < 1;
