-- One run's step in the life of every alert, set at a time. `episode.py` fills the temporary tables
-- alert_trouble, alert_seen and alert_rule and the variables run, now, remind_after, worse_by, flaps, flap_within
-- and calm, anew, anew_es and anew_more_than.

-- The figures in force behind what fails now, one row per key: each as its id and what it says.
CREATE OR REPLACE TEMP TABLE alert_figure AS
SELECT
    said.key,
    list(
        concat_ws(' ', said.observation_id, observation.lower, observation.upper)
        ORDER BY said.observation_id
    ) AS figures
FROM (
    SELECT
        finding AS key,
        unnest(string_split(nullif(observations, ''), ' ')) AS observation_id
    FROM finding
    WHERE is_open AND NOT is_waived AND verdict IN ('fails', 'doubtful')
) AS said
INNER JOIN observation ON said.observation_id = observation.observation_id AND observation.vintage_to IS NULL
GROUP BY said.key;

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
        'cell': coalesce(codes, '{}'::JSON),
        'left_lower': if(isfinite(left_lower), left_lower, NULL),
        'left_upper': if(isfinite(left_upper), left_upper, NULL),
        'right_lower': if(isfinite(right_lower), right_lower, NULL),
        'right_upper': if(isfinite(right_upper), right_upper, NULL),
        'words': words::JSON,
        'sentence': sentence,
        'sentence_es': sentence_es,
        'explanation': explanation,
        'explanation_es': explanation_es,
        'figures': alert_figure.figures
    })::VARCHAR AS detail
FROM finding
LEFT JOIN block USING (block)
LEFT JOIN (
    SELECT
        cell,
        to_json(map_from_entries(list((breakdown, code) ORDER BY breakdown))) AS codes
    FROM cell_code
    GROUP BY cell
) AS cell_codes USING (cell)
LEFT JOIN alert_figure ON finding.finding = alert_figure.key
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
    json_object('sentence', sentence, 'sentence_es', sentence_es, 'before', before)::VARCHAR AS detail
FROM alert_trouble;

-- An end that nobody was told of was no end: the same episode goes on.
UPDATE alert_episode
SET is_open = TRUE, resolved_run = NULL, resolved_at = NULL, reason = NULL
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
    seen_at = getvariable('now')
FROM alert_now
WHERE alert_episode.is_open AND alert_episode.key = alert_now.key;

INSERT INTO alert_episode BY NAME
WITH earlier AS (
    SELECT
        key,
        max(number) AS number,
        bool_or(is_open) AS is_open
    FROM alert_episode
    GROUP BY key
)

SELECT
    alert_now.key,
    alert_now.kind,
    alert_now.rule,
    alert_now.source,
    alert_now.severity,
    alert_now.verdict,
    alert_now.gap,
    alert_now.detail,
    1 + coalesce(earlier.number, 0) AS number,
    getvariable('run') AS opened_run,
    getvariable('now') AS opened_at,
    getvariable('now') AS seen_at,
    TRUE AS is_open,
    FALSE AS is_told_open
FROM alert_now
LEFT JOIN earlier ON alert_now.key = earlier.key
WHERE earlier.is_open IS NOT TRUE;

UPDATE alert_episode
SET rule_version = alert_rule.version
FROM alert_rule
WHERE alert_episode.rule = alert_rule.rule AND alert_episode.key IN (SELECT alert_now.key FROM alert_now);

-- Conflicting figures that say something else by now than when they failed.
CREATE OR REPLACE TEMP TABLE alert_mended AS
SELECT DISTINCT said.key
FROM (
    SELECT
        key,
        unnest(json_extract_string(detail, '$.figures[*]')) AS figure
    FROM alert_episode
    WHERE is_open AND kind = 'finding'
) AS said
INNER JOIN observation
    ON split_part(said.figure, ' ', 1) = observation.observation_id AND observation.vintage_to IS NULL
WHERE said.figure <> concat_ws(' ', observation.observation_id, observation.lower, observation.upper);

-- What cannot be told (an `open` or `error` verdict, a source that was not read) ends nothing; but what was certain
-- to fail and is possible since its figures were corrected is mended, also where nobody can say that it holds.
CREATE OR REPLACE TEMP TABLE alert_end AS
SELECT
    alert_episode.key,
    finding.observations,
    CASE
        WHEN alert_episode.kind <> 'finding' THEN 'read again'
        WHEN finding.is_open AND finding.is_waived THEN 'waived'
        WHEN coalesce(alert_rule.version, '') <> coalesce(alert_episode.rule_version, '') THEN 'rule changed'
        ELSE 'data mended'
    END AS reason
FROM alert_episode
LEFT JOIN finding ON alert_episode.key = finding.finding
LEFT JOIN alert_rule ON alert_episode.rule = alert_rule.rule
WHERE
    alert_episode.is_open
    AND alert_episode.key NOT IN (SELECT alert_now.key FROM alert_now)
    AND if(
        alert_episode.kind = 'finding',
        (
            (finding.is_open AND NOT finding.is_waived) IS NOT TRUE
            OR (finding.verdict = 'open' AND alert_episode.key IN (SELECT alert_mended.key FROM alert_mended))
        )
        AND NOT list_has_any(
            string_split(alert_episode.source, ' '),
            (
                SELECT coalesce(list(alert_trouble.source), [])
                FROM alert_trouble
                WHERE alert_trouble.kind = 'source_failed'
            )
        ),
        (alert_episode.kind, alert_episode.source) IN (SELECT (alert_seen.kind, alert_seen.source) FROM alert_seen)
    );

-- The figures behind what is over. Grain: one row per key and figure.
CREATE OR REPLACE TEMP VIEW alert_end_figure AS
SELECT
    key,
    unnest(string_split(nullif(observations, ''), ' ')) AS observation_id
FROM alert_end;

-- Mended, because a correction declared here came into effect in this run.
UPDATE alert_end
SET reason = 'corrected here'
WHERE reason = 'data mended' AND key IN (
    SELECT said.key
    FROM alert_end_figure AS said
    SEMI JOIN observation
        ON
            said.observation_id = observation.observation_id AND observation.vintage_to IS NULL
            AND observation.known_from = getvariable('now') AND observation.says LIKE '% [printed: %]'
);

-- Mended, because an edition no longer prints one of the figures at all.
UPDATE alert_end
SET reason = 'figure withdrawn'
WHERE reason = 'data mended' AND key IN (
    SELECT said.key
    FROM alert_end_figure AS said
    ANTI JOIN observation
        ON said.observation_id = observation.observation_id AND observation.vintage_to IS NULL
);

UPDATE alert_episode
SET
    is_open = FALSE,
    resolved_run = getvariable('run'),
    resolved_at = getvariable('now'),
    reason = alert_end.reason
FROM alert_end
WHERE alert_episode.is_open AND alert_episode.key = alert_end.key;

-- An event that does not last is over by the next run, and its end is no news.
UPDATE alert_episode
SET is_told_open = FALSE
WHERE
    kind IN ('revised', 'corrected', 'withdrawn', 'renamed', 'restored', 'anew')
    AND NOT is_open
    AND told_event IS NOT NULL;

-- How often each key was told as new of late. What comes and goes so often is flapping.
CREATE OR REPLACE TEMP TABLE alert_flap AS
SELECT
    key,
    count(*) AS times
FROM alert_event
WHERE
    change = 'NEW'
    AND happened_at BETWEEN
    getvariable('now') - getvariable('flap_within') AND getvariable('now') + getvariable('flap_within')
GROUP BY key;

-- Telling is closing the difference between what is so and what people know; a silence leaves it for later,
-- and so does a run that could not see for itself.
CREATE OR REPLACE TEMP TABLE alert_tell AS
SELECT
    key,
    number,
    CASE
        -- The end of what is flapping is told once it has lasted.
        WHEN
            NOT is_open
            AND key IN (
                SELECT alert_flap.key
                FROM alert_flap
                WHERE alert_flap.times >= getvariable('flaps')
            )
            AND greatest(getvariable('now') - resolved_at, resolved_at - getvariable('now')) < getvariable('calm')
            THEN NULL
        WHEN NOT is_open THEN 'RESOLVED'
        WHEN NOT is_told_open THEN if(key IN (SELECT alert_now.key FROM alert_now), 'NEW', NULL)
        WHEN
            key IN (SELECT alert_now.key FROM alert_now)
            AND (
                gap > told_gap * (1 + getvariable('worse_by'))
                OR (verdict = 'fails' AND told_verdict = 'doubtful')
            )
            THEN 'WORSE'
        WHEN
            -- Either way: a clock that was ahead for a while must not put reminders off for years.
            greatest(getvariable('now') - told_at, told_at - getvariable('now')) >= getvariable('remind_after')
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
            coalesce(silence.key = alert_episode.key, TRUE)
            AND coalesce(silence.rule = alert_episode.rule, TRUE)
            AND coalesce(list_contains(string_split(alert_episode.source, ' '), silence.source), TRUE)
            AND silence.until > getvariable('now')
            AND silence.ended_at IS NULL
    );

DELETE FROM alert_tell
WHERE change IS NULL;

-- What changed only since rules, code lists or cuadra itself did, on figures that did not, is one message where it is
-- many. The variables anew and anew_es are its sentences; they are null where none of these changed.
CREATE OR REPLACE TEMP TABLE alert_anew AS
SELECT
    alert_tell.key,
    alert_tell.number,
    alert_tell.change
FROM alert_tell
INNER JOIN alert_episode ON alert_tell.key = alert_episode.key AND alert_tell.number = alert_episode.number
WHERE
    getvariable('anew') IS NOT NULL
    AND alert_episode.kind = 'finding'
    AND alert_tell.change IN ('NEW', 'WORSE', 'RESOLVED')
    AND alert_episode.reason IS DISTINCT FROM 'waived'
    AND alert_tell.key NOT IN (
        SELECT said.finding
        FROM (
            SELECT
                finding,
                unnest(string_split(nullif(observations, ''), ' ')) AS observation_id
            FROM finding
        ) AS said
        SEMI JOIN (
            SELECT observation_id
            FROM observation
            WHERE known_from = getvariable('now') OR known_to = getvariable('now')
        ) AS moved ON said.observation_id = moved.observation_id
    );

DELETE FROM alert_anew
WHERE (SELECT count(*) FROM alert_anew) <= getvariable('anew_more_than');

DELETE FROM alert_tell
WHERE key IN (SELECT alert_anew.key FROM alert_anew);

INSERT INTO alert_episode BY NAME
SELECT
    substr(sha256(concat_ws('|', 'anew', getvariable('run'))), 1, 12) AS key,
    1 AS number,
    'anew' AS kind,
    'anew' AS rule,
    'cuadra' AS source,
    'warning' AS severity,
    'fails' AS verdict,
    count(*)::DOUBLE AS gap,
    json_object(
        'sentence',
        replace(
            replace(getvariable('anew'), '{new}', (count(*) FILTER (WHERE change <> 'RESOLVED'))::VARCHAR),
            '{over}', (count(*) FILTER (WHERE change = 'RESOLVED'))::VARCHAR
        ),
        'sentence_es',
        replace(
            replace(getvariable('anew_es'), '{new}', (count(*) FILTER (WHERE change <> 'RESOLVED'))::VARCHAR),
            '{over}', (count(*) FILTER (WHERE change = 'RESOLVED'))::VARCHAR
        )
    )::VARCHAR AS detail,
    getvariable('run') AS opened_run,
    getvariable('now') AS opened_at,
    getvariable('now') AS seen_at,
    TRUE AS is_open,
    FALSE AS is_told_open
FROM alert_anew
HAVING count(*) > 0;

INSERT INTO alert_tell BY NAME
SELECT
    key,
    number,
    'NEW' AS change,
    substr(sha256(concat_ws('|', key, number, getvariable('run'), getvariable('now'))), 1, 16) AS event
FROM alert_episode
WHERE kind = 'anew' AND opened_run = getvariable('run');

UPDATE alert_episode
SET
    is_told_open = alert_episode.is_open,
    told_event = alert_tell.event,
    told_at = getvariable('now'),
    told_gap = greatest(alert_episode.told_gap, alert_episode.gap),
    told_verdict = alert_episode.verdict
FROM alert_anew
CROSS JOIN alert_tell
WHERE
    alert_episode.key = alert_anew.key AND alert_episode.number = alert_anew.number
    AND alert_tell.key = substr(sha256(concat_ws('|', 'anew', getvariable('run'))), 1, 12);

INSERT INTO alert_event BY NAME
SELECT
    alert_tell.event,
    alert_tell.key,
    alert_tell.number,
    alert_tell.change,
    alert_episode.reason,
    alert_episode.kind,
    alert_episode.rule,
    alert_episode.source,
    alert_episode.severity,
    alert_episode.verdict,
    alert_episode.gap,
    alert_episode.told_gap AS gap_before,
    -- The third time in two weeks says that it is the third.
    if(
        alert_tell.change = 'NEW' AND alert_flap.times + 1 >= getvariable('flaps'),
        json_merge_patch(
            alert_episode.detail,
            json_object('flaps', alert_flap.times + 1, 'calm_days', date_part('day', getvariable('calm')))
        )::VARCHAR,
        alert_episode.detail
    ) AS detail,
    alert_episode.opened_at,
    alert_episode.seen_at,
    getvariable('run') AS run,
    getvariable('now') AS happened_at
FROM alert_tell
INNER JOIN alert_episode ON alert_tell.key = alert_episode.key AND alert_tell.number = alert_episode.number
LEFT JOIN alert_flap ON alert_tell.key = alert_flap.key;

UPDATE alert_episode
SET
    is_told_open = alert_episode.is_open,
    told_event = if(alert_tell.change IN ('NEW', 'WORSE'), alert_tell.event, alert_episode.told_event),
    told_at = getvariable('now'),
    told_gap = greatest(alert_episode.told_gap, alert_episode.gap),
    told_verdict = alert_episode.verdict
FROM alert_tell
WHERE alert_episode.key = alert_tell.key AND alert_episode.number = alert_tell.number;
