CREATE TABLE IF NOT EXISTS rollcall.alerts
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
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, alert_id);
