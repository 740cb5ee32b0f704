-- Keep the causes of one check, which `cause.py` puts into the temporary table cause_now; variables: run, and new, the
-- findings that newly do not hold.
UPDATE cause
SET is_open = FALSE
WHERE is_open;

-- A cause is about the one figure suspected, or else about its widest finding.
INSERT OR REPLACE INTO cause BY NAME
WITH place AS (
    SELECT
        cause_now.cause,
        coalesce(observation.block, finding.block) AS block,
        coalesce(observation.cell, finding.cell) AS cell
    FROM cause_now
    LEFT JOIN observation
        ON
            string_split(cause_now.observations, ' ')[1] = observation.observation_id
            AND observation.vintage_to IS NULL
            AND cause_now.kind = 'one'
    LEFT JOIN finding ON string_split(cause_now.findings, ' ')[1] = finding.finding
)

SELECT
    cause_now.cause,
    cause_now.kind,
    cause_now.verdict,
    cause_now.rank,
    len(string_split(cause_now.findings, ' ')) AS findings,
    cause_now.gap,
    cause_now.relative_gap,
    place.block,
    place.cell,
    cause_now.observations,
    cause_now.sources,
    cause_now.likely,
    cause_now.likely_es,
    TRUE AS is_open,
    coalesce(earlier.first_run, getvariable('run')) AS first_run,
    if(
        earlier.cause IS NULL
        OR list_has_any(string_split(cause_now.findings, ' '), getvariable('new')::VARCHAR[]),
        getvariable('run'),
        earlier.news_run
    ) AS news_run,
    getvariable('run') AS last_run
FROM cause_now
LEFT JOIN place USING (cause)
LEFT JOIN (
    SELECT
        cause,
        first_run,
        news_run
    FROM cause
) AS earlier ON cause_now.cause = earlier.cause;

DELETE FROM cause_finding
WHERE
    cause IN (SELECT cause_now.cause FROM cause_now)
    -- A finding has one cause: one that came under another is no longer of a cause that is over.
    OR finding IN (SELECT unnest(string_split(cause_now.findings, ' ')) FROM cause_now);

INSERT INTO cause_finding BY NAME
SELECT
    cause,
    unnest(string_split(findings, ' ')) AS finding
FROM cause_now;

UPDATE finding_term
SET is_suspect = TRUE
FROM (
    SELECT
        cause_finding.finding,
        string_split(cause.observations, ' ') AS suspects
    FROM cause_finding
    INNER JOIN cause USING (cause)
    WHERE cause.is_open AND cause.observations <> ''
) AS blamed
WHERE
    finding_term.finding = blamed.finding
    AND list_has_any(string_split(finding_term.observations, ' '), blamed.suspects);
