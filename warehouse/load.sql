-- Compare a new edition (relation `load_new`, with observation_id) with what is in force of its source.
-- Variables: source. Grain of load_change: one row per observation of either.
CREATE OR REPLACE TEMP TABLE load_change AS
SELECT
    coalesce(fresh.observation_id, stood.observation_id) AS observation_id,
    CASE
        WHEN stood.observation_id IS NULL THEN 'new'
        WHEN fresh.observation_id IS NULL THEN 'withdrawn'
        WHEN fresh.content <> stood.content THEN 'changed'
        ELSE 'unchanged'
    END AS change
FROM (
    SELECT
        observation_id,
        hash(
            says, value, lower, upper, likely_lower, likely_upper, qualifier, share_base, complete, obs_status, said_by,
            series
        )
            AS content
    FROM load_new
) AS fresh
FULL OUTER JOIN (
    SELECT
        observation_id,
        hash(
            says, value, lower, upper, likely_lower, likely_upper, qualifier, share_base, complete, obs_status, said_by,
            series
        )
            AS content
    FROM observation
    WHERE source = getvariable('source') AND vintage_to IS NULL
) AS stood ON fresh.observation_id = stood.observation_id;
