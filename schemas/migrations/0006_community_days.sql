CREATE TABLE IF NOT EXISTS rollcall.community_days
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
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, day);
