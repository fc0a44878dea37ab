CREATE TABLE IF NOT EXISTS rollcall.actions
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
ENGINE = ReplacingMergeTree(earliest)
PARTITION BY toYear(time)
PRIMARY KEY (community, time)
ORDER BY (community, time, id, member);

CREATE TABLE IF NOT EXISTS rollcall.rejected
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
ENGINE = ReplacingMergeTree(earliest)
ORDER BY (community, source, digest);

CREATE TABLE IF NOT EXISTS rollcall.activity
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
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYear(time)
ORDER BY (community, dimension, segment, window, time);

CREATE TABLE IF NOT EXISTS rollcall.members
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
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, member);

CREATE TABLE IF NOT EXISTS rollcall.member_days
(
    community     LowCardinality(String),
    member        String,
    day           Date,
    actions       UInt32,
    contributions UInt32,
    version       UInt64,
    definition    UInt32
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(day)
ORDER BY (community, day, member);
