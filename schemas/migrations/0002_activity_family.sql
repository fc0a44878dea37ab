ALTER TABLE rollcall.actions ADD COLUMN IF NOT EXISTS restated UInt32 COMMENT 'the rebuild that said anew whether it is late' AFTER late;

-- A repeat changes nothing, the first row stays; only a rebuild says anew.
ALTER TABLE rollcall.actions MODIFY COLUMN earliest UInt64
    MATERIALIZED bitOr(bitShiftLeft(toUInt64(restated), 48), bitXor(version, 0xFFFFFFFFFFFF));

ALTER TABLE rollcall.actions MATERIALIZE COLUMN earliest SETTINGS mutations_sync = 1;

ALTER TABLE rollcall.members
    ADD COLUMN IF NOT EXISTS engagement Float64 COMMENT 'engagement score as of last_seen' AFTER contributions,
    ADD COLUMN IF NOT EXISTS top_channel String AFTER engagement,
    ADD COLUMN IF NOT EXISTS is_bot UInt8 AFTER top_channel;

CREATE TABLE IF NOT EXISTS rollcall.activity_days
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
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(day)
ORDER BY (community, day);

CREATE TABLE IF NOT EXISTS rollcall.lifecycle
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
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, interval, start);

CREATE TABLE IF NOT EXISTS rollcall.retention
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
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (community, interval, cohort, n);

CREATE TABLE IF NOT EXISTS rollcall.stickiness
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
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (community, interval, start, active_days);

CREATE TABLE IF NOT EXISTS rollcall.active_hours
(
    community    LowCardinality(String),
    member       String COMMENT 'empty: the whole community',
    hour_of_week UInt32 COMMENT '0 is Monday 00:00, in the community''s time zone',
    actions      UInt64,
    version      UInt64,
    definition   UInt32
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, member, hour_of_week);

CREATE TABLE IF NOT EXISTS rollcall.communities
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
ENGINE = ReplacingMergeTree(version)
ORDER BY community;
