-- Grain: one row per figure in force that an open finding which fails rests on, or whose quantity it is about. Of a
-- table broken as a whole, most relations are counted and are no finding: a figure in one of them has an empty list.
CREATE OR REPLACE VIEW figure_finding AS
WITH failing AS (
    SELECT
        finding,
        observations,
        per
    FROM finding
    WHERE is_open AND verdict = 'fails'
),

blamed AS (
    SELECT
        observation_id,
        finding
    FROM (
        SELECT
            finding,
            unnest(string_split(nullif(observations, ''), ' ')) AS observation_id
        FROM failing
    )
    UNION
    SELECT
        observation.observation_id,
        finding_term.finding
    FROM finding_term
    INNER JOIN failing ON finding_term.finding = failing.finding
    INNER JOIN observation ON finding_term.block = observation.block AND finding_term.cell = observation.cell
    -- Figures of a quantity that its shares contradict are not contradicted by that.
    WHERE observation.vintage_to IS NULL AND failing.per IS NULL
),

listed AS (
    SELECT
        observation_id,
        string_agg(finding, ' ' ORDER BY finding) AS findings
    FROM blamed
    GROUP BY observation_id
)

SELECT
    observation_id,
    findings
FROM listed
UNION ALL
SELECT
    observation_id,
    '' AS findings
FROM figure_tally
ANTI JOIN listed USING (observation_id)
WHERE fails > 0 AND (SELECT count(*) > 0 FROM broken_table);

COMMENT ON VIEW figure_finding IS
'One row per figure in force that is contradicted';
