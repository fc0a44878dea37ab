CREATE TABLE IF NOT EXISTS rollcall.churn_transitions
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
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (community, member, time, to_state);

CREATE TABLE IF NOT EXISTS rollcall.churn_days
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
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, day);

CREATE TABLE IF NOT EXISTS rollcall.churn_models
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
ENGINE = ReplacingMergeTree(version)
ORDER BY (community, fitted_at);
