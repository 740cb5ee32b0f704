-- Grain: one row per quantity that is counted or measured (a register, indicator, area, period and breakdown).
-- Figures of one quantity meet; where they contradict each other their hull stands. is_contradicted says whether any
-- rule fails on it. What a later edition restates is left out: the later one stands.
CREATE OR REPLACE VIEW counted AS
SELECT
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    cell.* EXCLUDE (cell),
    stated.lower,
    stated.upper,
    quantity_finding.findings IS NOT NULL AS is_contradicted,
    coalesce(quantity_finding.findings, '') AS findings,
    stated.figures,
    stated.sources,
    stated.says,
    stated.block,
    stated.cell
FROM (
    SELECT
        block,
        cell,
        CASE WHEN max(lower) > min(upper) THEN min(lower) ELSE max(lower) END AS lower,
        CASE WHEN max(lower) > min(upper) THEN max(upper) ELSE min(upper) END AS upper,
        count(*) AS figures,
        string_agg(DISTINCT source, ' ' ORDER BY source) AS sources,
        string_agg(DISTINCT says, ' | ' ORDER BY says) AS says
    FROM observation
    ANTI JOIN (
        SELECT figure_tally.observation_id
        FROM figure_tally
        WHERE figure_tally.restated > 0
    ) AS superseded
        USING (observation_id)
    WHERE
        vintage_to IS NULL
        AND unit IN (
            SELECT code.code
            FROM code
            WHERE code.list = 'unit' AND code.kind IN ('count', 'amount')
        )
    GROUP BY block, cell
) AS stated
INNER JOIN block USING (block)
INNER JOIN cell USING (cell)
LEFT JOIN quantity_finding ON stated.block = quantity_finding.block AND stated.cell = quantity_finding.cell;

COMMENT ON VIEW counted IS
'One row per quantity counted or measured, with the interval that its figures leave';
