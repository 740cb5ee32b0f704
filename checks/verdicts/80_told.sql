-- What shares say of each other already is not told once more of the counts that they give: the whole is not to blame.
-- Whether it contradicts without these shares too is asked later (told.py). Grain: one row per pair of findings.
INSERT INTO engine.told BY NAME
WITH certain AS MATERIALIZED (
    SELECT
        i,
        rule,
        verdict,
        per,
        string_split(observations, ' ') AS observations
    FROM engine.finding
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.block USING (block)
    WHERE verdict IN ('fails', 'doubtful')
),

-- Joined by one figure that both have, as pairing all of them takes longer than all else.
count AS (
    SELECT
        *,
        unnest(observations) AS figure
    FROM certain
    WHERE per = ''
),

share AS (
    SELECT
        *,
        observations[1] AS figure
    FROM certain
    WHERE per <> ''
)

SELECT DISTINCT
    count.i,
    count.verdict,
    count.observations,
    share.observations AS shares
FROM count
INNER JOIN share USING (figure)
WHERE
    (count.rule = share.rule AND count.verdict = 'doubtful' OR share.verdict = 'fails')
    AND list_has_all(count.observations, share.observations);
