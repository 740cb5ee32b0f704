-- What is doubtful of figures that cannot all be true, or of these and others, is the same contradiction: what a reader
-- expects of them has no meaning then. What is merely unusual stays. Grain: one row per pair of findings.
TRUNCATE engine.told;

INSERT INTO engine.told BY NAME
WITH certain AS (
    SELECT
        i,
        component,
        rule,
        verdict,
        string_split(observations, ' ') AS observations
    FROM engine.finding
    INNER JOIN engine.finding_component USING (i)
)

SELECT
    doubt.i,
    doubt.verdict,
    doubt.observations,
    conflict.observations AS shares
FROM certain AS doubt
INNER JOIN certain AS conflict USING (component)
WHERE
    conflict.rule = 'together' AND conflict.verdict = 'fails' AND doubt.verdict = 'doubtful'
    AND doubt.i IN (SELECT range.i FROM engine.range)
    AND doubt.i NOT IN (SELECT settled.i FROM engine.settled)
    AND (
        list_has_all(doubt.observations, conflict.observations)
        OR list_has_all(conflict.observations, doubt.observations)
    );
