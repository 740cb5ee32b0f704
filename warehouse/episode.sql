-- One run's step in the life of every alert, set at a time. `episode.py` fills the temporary tables
-- alert_trouble, alert_seen and alert_rule and the variables run, now, remind_after and worse_by.

-- What is wrong now, one row per key.
CREATE OR REPLACE TEMP TABLE alert_now AS
SELECT
    finding AS key,
    'finding' AS kind,
    rule,
    source,
    severity,
    verdict,
    gap,
    to_json({
        'register': register,
        'indicator': indicator,
        'ref_area': ref_area,
        'time_period': time_period,
        'sex': sex,
        'age': age,
        'citizenship': citizenship,
        'exploitation': exploitation,
        'means': means,
        'left_lower': if(isfinite(left_lower), left_lower, NULL),
        'left_upper': if(isfinite(left_upper), left_upper, NULL),
        'right_lower': if(isfinite(right_lower), right_lower, NULL),
        'right_upper': if(isfinite(right_upper), right_upper, NULL),
        'words': words::JSON,
        'sentence': sentence,
        'sentence_es': sentence_es,
        'explanation': explanation
    })::VARCHAR AS detail
FROM finding
WHERE is_open AND NOT is_waived AND verdict IN ('fails', 'doubtful')
UNION ALL BY NAME
SELECT
    key,
    kind,
    kind AS rule,
    source,
    severity,
    'fails' AS verdict,
    gap,
    to_json({'sentence': sentence, 'sentence_es': sentence_es})::VARCHAR AS detail
FROM alert_trouble;

-- An end that nobody was told of was no end: the same episode goes on.
UPDATE alert_episode
SET is_open = true, resolved_run = NULL, resolved_at = NULL, reason = NULL
WHERE
    NOT is_open
    AND (is_told_open OR told_event IS NULL)
    AND key IN (SELECT alert_now.key FROM alert_now);

UPDATE alert_episode
SET
    severity = alert_now.severity,
    source = alert_now.source,
    verdict = alert_now.verdict,
    gap = alert_now.gap,
    detail = alert_now.detail,
    rule_version = (SELECT alert_rule.version FROM alert_rule WHERE alert_rule.rule = alert_now.rule),
    seen_at = getvariable('now')
FROM alert_now
WHERE alert_episode.is_open AND alert_episode.key = alert_now.key;

INSERT INTO alert_episode BY NAME
SELECT
    key,
    1 + coalesce((SELECT max(before.number) FROM alert_episode AS before WHERE before.key = alert_now.key), 0)
        AS number,
    kind,
    rule,
    source,
    severity,
    verdict,
    gap,
    (SELECT alert_rule.version FROM alert_rule WHERE alert_rule.rule = alert_now.rule) AS rule_version,
    detail,
    getvariable('run') AS opened_run,
    getvariable('now') AS opened_at,
    getvariable('now') AS seen_at,
    true AS is_open,
    false AS is_told_open
FROM alert_now
WHERE key NOT IN (SELECT alert_episode.key FROM alert_episode WHERE alert_episode.is_open);

-- What cannot be told (an `open` or `error` verdict, a source that was not read) ends nothing.
CREATE OR REPLACE TEMP TABLE alert_end AS
SELECT
    alert_episode.key,
    alert_episode.detail,
    CASE
        WHEN alert_episode.kind <> 'finding' THEN 'read again'
        WHEN finding.is_waived THEN 'waived'
        WHEN alert_rule.version IS DISTINCT FROM alert_episode.rule_version THEN 'rule changed'
        ELSE 'data mended'
    END AS reason
FROM alert_episode
LEFT JOIN finding ON alert_episode.key = finding.finding AND finding.is_open
LEFT JOIN alert_rule ON alert_episode.rule = alert_rule.rule
WHERE
    alert_episode.is_open
    AND alert_episode.key NOT IN (SELECT alert_now.key FROM alert_now)
    AND if(
        alert_episode.kind = 'finding',
        (finding.finding IS NULL OR finding.is_waived) AND NOT list_has_any(
            string_split(alert_episode.source, ' '),
            (SELECT coalesce(list(source), []) FROM alert_trouble WHERE kind = 'source_failed')
        ),
        (alert_episode.kind, alert_episode.source) IN (SELECT (kind, source) FROM alert_seen)
    );

-- Mended, because an edition no longer prints one of the figures at all.
UPDATE alert_end
SET reason = 'figure withdrawn'
WHERE reason = 'data mended' AND key IN (
    SELECT said.key
    FROM (
        SELECT key, unnest(json_extract_string(detail, '$.words[*].observation_id')) AS observation_id
        FROM alert_end
    ) AS said
    ANTI JOIN observation
        ON said.observation_id = observation.observation_id AND observation.vintage_to IS NULL
);

UPDATE alert_episode
SET
    is_open = false,
    resolved_run = getvariable('run'),
    resolved_at = getvariable('now'),
    reason = alert_end.reason
FROM alert_end
WHERE alert_episode.is_open AND alert_episode.key = alert_end.key;

-- A clock that went back must not put reminders off for ever.
UPDATE alert_episode
SET told_at = getvariable('now')
WHERE told_at > getvariable('now');

-- Telling is closing the difference between what is so and what people know; a silence leaves it for later.
CREATE OR REPLACE TEMP TABLE alert_tell AS
SELECT
    *,
    CASE
        WHEN is_open AND NOT is_told_open THEN 'NEW'
        WHEN NOT is_open THEN 'RESOLVED'
        WHEN gap > told_gap * (1 + getvariable('worse_by')) THEN 'WORSE'
        WHEN verdict = 'fails' AND told_verdict = 'doubtful' THEN 'WORSE'
        WHEN
            getvariable('now') - told_at >= getvariable('remind_after')
            AND told_event NOT IN (SELECT acknowledgement.event FROM acknowledgement)
            THEN 'REMIND'
    END AS change,
    substr(sha256(concat_ws('|', key, number, getvariable('run'), getvariable('now'))), 1, 16) AS event
FROM alert_episode
WHERE
    (is_open OR is_told_open)
    AND NOT EXISTS (
        FROM silence
        WHERE
            coalesce(silence.key = alert_episode.key, true)
            AND coalesce(silence.rule = alert_episode.rule, true)
            AND coalesce(list_contains(string_split(alert_episode.source, ' '), silence.source), true)
            AND silence.until > getvariable('now')
            AND silence.ended_at IS NULL
    );

DELETE FROM alert_tell
WHERE change IS NULL;

INSERT INTO alert_event BY NAME
SELECT
    event,
    key,
    number,
    change,
    reason,
    kind,
    rule,
    source,
    severity,
    verdict,
    gap,
    if(change = 'NEW', NULL, told_gap) AS gap_before,
    detail,
    opened_at,
    seen_at,
    getvariable('run') AS run,
    getvariable('now') AS happened_at
FROM alert_tell;

UPDATE alert_episode
SET
    is_told_open = alert_episode.is_open,
    told_event = if(alert_tell.change IN ('NEW', 'WORSE'), alert_tell.event, alert_episode.told_event),
    told_at = getvariable('now'),
    told_gap = greatest(alert_episode.told_gap, alert_episode.gap),
    told_verdict = alert_episode.verdict
FROM alert_tell
WHERE alert_episode.key = alert_tell.key AND alert_episode.number = alert_tell.number;
