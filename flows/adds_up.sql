-- Grain: one row per printed total and partition whose printed parts make it: examples of what adds up.
WITH exact AS (
    SELECT
        source,
        block,
        cell,
        says,
        lower
    FROM observation
    ANTI JOIN (
        SELECT figure_tally.observation_id
        FROM figure_tally
        WHERE figure_tally.restated > 0
    ) AS superseded
        USING (observation_id)
    WHERE
        vintage_to IS NULL
        AND lower = upper
        AND unit IN (
            SELECT code.code
            FROM code
            WHERE code.list = 'unit' AND code.kind IN ('count', 'amount')
        )
),

one_breakdown AS (
    SELECT
        cell,
        any_value(breakdown) AS breakdown,
        any_value(code) AS code
    FROM cell_code
    GROUP BY cell
    HAVING count(*) = 1
),

made AS (
    SELECT
        exact.source,
        exact.block,
        one_breakdown.breakdown,
        code.partition,
        string_agg(exact.says, ' + ' ORDER BY exact.lower DESC) AS parts,
        sum(exact.lower) AS total
    FROM exact
    INNER JOIN one_breakdown USING (cell)
    INNER JOIN code
        ON
            one_breakdown.breakdown = code.list
            AND one_breakdown.code = code.code
            AND code.parent = '_T'
            AND code.kind IN ('exhaustive', 'exhaustive_with_rest')
    GROUP BY ALL
    HAVING count(*) > 1
)

SELECT
    made.parts,
    exact.says AS whole,
    made.breakdown,
    made.source,
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period
FROM made
INNER JOIN exact ON made.source = exact.source AND made.block = exact.block AND made.total = exact.lower
INNER JOIN block ON made.block = block.block
WHERE exact.cell NOT IN (SELECT cell_code.cell FROM cell_code)
ORDER BY made.total DESC, made.breakdown ASC, made.source ASC, block.time_period ASC
LIMIT 5;
