-- Grain: one row per quantity that an open finding which fails is about, or whose figures it rests on, or whose figures
-- are in a table broken as a whole: its list may be empty.
CREATE OR REPLACE VIEW quantity_finding AS
SELECT
    block,
    cell,
    coalesce(string_agg(nullif(finding, ''), ' ' ORDER BY finding), '') AS findings
FROM (
    SELECT
        observation.block,
        observation.cell,
        unnest(string_split(figure_finding.findings, ' ')) AS finding
    FROM figure_finding
    INNER JOIN observation USING (observation_id)
    WHERE observation.vintage_to IS NULL
    UNION
    SELECT
        finding_term.block,
        finding_term.cell,
        finding_term.finding
    FROM finding_term
    INNER JOIN finding USING (finding)
    WHERE finding.is_open AND finding.verdict = 'fails' AND finding.per IS NULL
)
GROUP BY block, cell;

COMMENT ON VIEW quantity_finding IS
'One row per quantity that is contradicted, by its figures or by a relation that it is in';
