-- Grain: one row per register, indicator, area, period and code of one breakdown, all others being the total, and what
-- it rests on: figures that state it, or the bounds that a printed share of the total gives (25 percent of 1,054 is 259
-- to 268). They stand side by side. The total is a column and not a row, so that nothing is counted twice.
CREATE OR REPLACE VIEW part_of_whole AS
WITH part_cell AS (
    SELECT
        cell,
        any_value(breakdown) AS breakdown,
        any_value(code) AS code
    FROM cell_code
    GROUP BY cell
    HAVING count(*) = 1
),

whole AS (
    SELECT
        block,
        lower,
        upper,
        findings,
        is_contradicted,
        says
    FROM counted
    WHERE cell NOT IN (SELECT cell_code.cell FROM cell_code)
),

-- A whole whose figures contradict each other is taken as each of them.
whole_figure AS (
    SELECT
        block,
        lower,
        upper,
        any_value(coalesce(quantity_finding.findings, '')) AS whole_findings,
        bool_or(quantity_finding.findings IS NOT NULL) AS is_whole_contradicted,
        list(observation_id) AS whole_ids,
        string_agg(DISTINCT says, ' / ' ORDER BY says) AS whole_says
    FROM observation
    LEFT JOIN quantity_finding USING (block, cell)
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
        AND cell NOT IN (SELECT cell_code.cell FROM cell_code)
    GROUP BY block, lower, upper
),

part AS (
    SELECT
        counted.block,
        part_cell.breakdown,
        part_cell.code,
        'count' AS rests_on,
        counted.lower,
        counted.upper,
        whole.lower AS total_lower,
        whole.upper AS total_upper,
        counted.findings,
        whole.findings AS whole_findings,
        counted.is_contradicted OR coalesce(whole.is_contradicted, FALSE) AS is_contradicted,
        whole.says AS whole_says,
        counted.says,
        counted.sources
    FROM counted
    INNER JOIN part_cell USING (cell)
    LEFT JOIN whole USING (block)
    UNION ALL BY NAME
    SELECT
        share.block,
        breakdown,
        code,
        'share' AS rests_on,
        -- Rounded first: a hundredth of 7 percent of 100 is not quite 7 in floating point.
        ceil(round(least_share * lower, 6)) AS lower,
        floor(round(most_share * upper, 6)) AS upper,
        lower AS total_lower,
        upper AS total_upper,
        findings,
        whole_findings,
        is_contradicted OR is_whole_contradicted AS is_contradicted,
        whole_says,
        says,
        source AS sources
    FROM (
        SELECT
            observation.block,
            part_cell.breakdown,
            part_cell.code,
            observation.lower / CASE WHEN observation.unit = 'percent' THEN 100 ELSE 1 END AS least_share,
            observation.upper / CASE WHEN observation.unit = 'percent' THEN 100 ELSE 1 END AS most_share,
            observation.says,
            observation.source,
            observation.share_base,
            coalesce(figure_finding.findings, '') AS findings,
            figure_finding.findings IS NOT NULL AS is_contradicted
        FROM observation
        INNER JOIN part_cell USING (cell)
        LEFT JOIN figure_finding USING (observation_id)
        ANTI JOIN (
            SELECT figure_tally.observation_id
            FROM figure_tally
            WHERE figure_tally.restated > 0
        ) AS superseded
            USING (observation_id)
        WHERE
            observation.vintage_to IS NULL
            AND observation.unit IN ('percent', 'ratio')
            AND observation.share_of = part_cell.breakdown || '=_T'
    ) AS share
    -- A share of one printed figure is of that one only.
    INNER JOIN whole_figure
        ON
            share.block = whole_figure.block
            AND (share.share_base IS NULL OR list_contains(whole_figure.whole_ids, share.share_base))
)

SELECT
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    part.breakdown,
    part.code,
    part.rests_on,
    part.lower,
    part.upper,
    part.total_lower,
    part.total_upper,
    CASE
        WHEN part.lower BETWEEN 0 AND part.total_upper AND part.total_lower >= 0
            THEN round(100 * part.lower / nullif(part.total_upper, 0), 1)
    END AS percent_lower,
    CASE
        WHEN part.lower BETWEEN 0 AND part.total_upper AND part.total_lower >= 0
            THEN round(least(100 * part.upper / nullif(part.total_lower, 0), 100), 1)
    END AS percent_upper,
    CASE
        WHEN part.total_upper IS NULL THEN 'no total'
        WHEN part.lower < 0 OR part.total_lower < 0 THEN 'below zero'
        WHEN part.lower > part.total_upper THEN 'more than the total'
        WHEN part.total_upper = 0 THEN 'the total is zero'
    END AS percent_missing,
    part.is_contradicted,
    both_findings(part.findings, part.whole_findings) AS findings,
    part.says,
    part.whole_says,
    part.sources
FROM part
INNER JOIN block USING (block)
ORDER BY
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    part.breakdown,
    part.code,
    part.rests_on;

COMMENT ON VIEW part_of_whole IS
'Parts by one breakdown beside their total: counts as printed, and the bounds that printed shares give';
COMMENT ON COLUMN part_of_whole.code IS
'Code of the breakdown; never the total';
