-- The life of alerts: what is wrong, what was told of it, to which channel, and what people answered.
-- Times are UTC.

-- One row per episode: a stretch of runs during which one finding (or trouble with a source) lasted.
CREATE TABLE alert_episode (
    key VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    gap DOUBLE,
    rule_version VARCHAR,
    detail VARCHAR NOT NULL,
    opened_run VARCHAR NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    is_open BOOLEAN NOT NULL,
    resolved_run VARCHAR,
    resolved_at TIMESTAMP,
    reason VARCHAR,
    is_told_open BOOLEAN NOT NULL,
    told_event VARCHAR,
    told_at TIMESTAMP,
    told_gap DOUBLE,
    told_verdict VARCHAR,
    PRIMARY KEY (key, number)
);

COMMENT ON TABLE alert_episode IS
'One row per episode: a stretch of runs during which one finding or trouble lasted';
COMMENT ON COLUMN alert_episode.key IS
'The finding key: 12 hex digits of the rule and quantities, never of values';
COMMENT ON COLUMN alert_episode.number IS
'First, second, … episode of this key';
COMMENT ON COLUMN alert_episode.kind IS
'finding, or the kind of trouble: source_failed, missed_run, quarantine_growth';
COMMENT ON COLUMN alert_episode.detail IS
'JSON: quantity, bounds, sentences, words with their places, explanation, as last seen';
COMMENT ON COLUMN alert_episode.reason IS
'Why it was resolved; null while it is open';
COMMENT ON COLUMN alert_episode.is_told_open IS
'Whether people were told that it is open and not yet that it is resolved';
COMMENT ON COLUMN alert_episode.told_event IS
'The latest NEW or WORSE event, the one an acknowledgement answers';
COMMENT ON COLUMN alert_episode.told_gap IS
'The widest gap people were told of';

-- One row per thing to tell: never changed once written.
CREATE TABLE alert_event (
    event VARCHAR PRIMARY KEY,
    key VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    change VARCHAR NOT NULL,
    reason VARCHAR,
    kind VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    gap DOUBLE,
    gap_before DOUBLE,
    detail VARCHAR NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    run VARCHAR NOT NULL,
    happened_at TIMESTAMP NOT NULL
);

COMMENT ON TABLE alert_event IS
'One row per thing to tell about an episode: NEW, WORSE, REMIND or RESOLVED';
COMMENT ON COLUMN alert_event.seen_at IS
'The latest run that saw it; before happened_at where the figures could not be checked again';

-- The outbox and its receipts: one row per event and channel.
CREATE TABLE delivery (
    event VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    queued_at TIMESTAMP NOT NULL,
    delivered_at TIMESTAMP,
    digest VARCHAR,
    PRIMARY KEY (event, channel)
);

COMMENT ON TABLE delivery IS
'One row per event and channel it goes to; delivered_at is null until the receipt is in';
COMMENT ON COLUMN delivery.digest IS
'The message that carried the event; its idempotency key';

CREATE TABLE silence (
    silence VARCHAR PRIMARY KEY,
    key VARCHAR,
    rule VARCHAR,
    source VARCHAR,
    silenced_at TIMESTAMP NOT NULL,
    until TIMESTAMP NOT NULL,
    reason VARCHAR NOT NULL,
    silenced_by VARCHAR NOT NULL,
    ended_at TIMESTAMP
);

COMMENT ON TABLE silence IS
'One row per silence: what matches every given column is not told before its end; null matches all';

CREATE TABLE acknowledgement (
    event VARCHAR PRIMARY KEY,
    note VARCHAR NOT NULL,
    acknowledged_by VARCHAR NOT NULL,
    acknowledged_at TIMESTAMP NOT NULL
);

COMMENT ON TABLE acknowledgement IS
'One row per NEW or WORSE event that a person has seen to; no reminders follow it';

COMMENT ON COLUMN acknowledgement.event IS
'Name of the event';
COMMENT ON COLUMN acknowledgement.note IS
'What the person wrote';
COMMENT ON COLUMN acknowledgement.acknowledged_by IS
'Who has seen to it';
COMMENT ON COLUMN acknowledgement.acknowledged_at IS
'When, UTC';
COMMENT ON COLUMN delivery.event IS
'Name of the event';
COMMENT ON COLUMN delivery.channel IS
'Name of the channel in alerts.toml';
COMMENT ON COLUMN delivery.queued_at IS
'When the run queued it, UTC';
COMMENT ON COLUMN delivery.delivered_at IS
'When its receipt came, UTC; null until then';
COMMENT ON COLUMN alert_episode.rule IS
'Rule, or kind of trouble';
COMMENT ON COLUMN alert_episode.source IS
'Sources concerned, space-separated';
COMMENT ON COLUMN alert_episode.severity IS
'error, warning or note';
COMMENT ON COLUMN alert_episode.verdict IS
'fails or doubtful, as last seen';
COMMENT ON COLUMN alert_episode.gap IS
'By how much no reading fits';
COMMENT ON COLUMN alert_episode.rule_version IS
'Version of the rule, which tells a changed rule from mended data';
COMMENT ON COLUMN alert_episode.opened_run IS
'Run that opened it';
COMMENT ON COLUMN alert_episode.opened_at IS
'When it was opened, UTC';
COMMENT ON COLUMN alert_episode.seen_at IS
'When it was last seen, UTC';
COMMENT ON COLUMN alert_episode.is_open IS
'Whether it lasts';
COMMENT ON COLUMN alert_episode.resolved_run IS
'Run that resolved it';
COMMENT ON COLUMN alert_episode.resolved_at IS
'When it was resolved, UTC';
COMMENT ON COLUMN alert_episode.told_at IS
'When people were last told, UTC';
COMMENT ON COLUMN alert_episode.told_verdict IS
'Verdict last told';
COMMENT ON COLUMN alert_event.event IS
'Name of the event';
COMMENT ON COLUMN alert_event.key IS
'Key of the finding or trouble';
COMMENT ON COLUMN alert_event.number IS
'Number of the event or episode';
COMMENT ON COLUMN alert_event.change IS
'NEW, WORSE, REMIND or RESOLVED';
COMMENT ON COLUMN alert_event.reason IS
'Why';
COMMENT ON COLUMN alert_event.kind IS
'finding, or the kind of trouble';
COMMENT ON COLUMN alert_event.rule IS
'Rule, or kind of trouble';
COMMENT ON COLUMN alert_event.source IS
'Sources concerned, space-separated';
COMMENT ON COLUMN alert_event.severity IS
'error, warning or note';
COMMENT ON COLUMN alert_event.verdict IS
'fails or doubtful, as last seen';
COMMENT ON COLUMN alert_event.gap IS
'By how much no reading fits';
COMMENT ON COLUMN alert_event.gap_before IS
'The gap last told';
COMMENT ON COLUMN alert_event.detail IS
'JSON: quantity, bounds, sentences, words, explanation';
COMMENT ON COLUMN alert_event.opened_at IS
'When it was opened, UTC';
COMMENT ON COLUMN alert_event.run IS
'Run';
COMMENT ON COLUMN alert_event.happened_at IS
'When, UTC';
COMMENT ON COLUMN silence.silence IS
'Name of the silence';
COMMENT ON COLUMN silence.key IS
'Key of the finding or trouble';
COMMENT ON COLUMN silence.rule IS
'Rule, or kind of trouble';
COMMENT ON COLUMN silence.source IS
'Sources concerned, space-separated';
COMMENT ON COLUMN silence.silenced_at IS
'When it was made, UTC';
COMMENT ON COLUMN silence.until IS
'When it ends, UTC';
COMMENT ON COLUMN silence.reason IS
'Why';
COMMENT ON COLUMN silence.silenced_by IS
'Who made it';
COMMENT ON COLUMN silence.ended_at IS
'When it was ended early, UTC; null otherwise';
