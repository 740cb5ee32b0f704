-- Grain: one row per printed total and partition whose printed parts make it, within one source. They are of these
-- $blocks, or of all where that is null, without the figures that are $withheld.
WITH exact AS (
    SELECT
        observation.observation_id,
        observation.source,
        observation.block,
        observation.cell,
        observation.says,
        observation.lower
    FROM observation
    ANTI JOIN (
        SELECT figure_tally.observation_id
        FROM figure_tally
        WHERE figure_tally.restated > 0
    ) AS superseded
        USING (observation_id)
    WHERE
        observation.vintage_to IS NULL
        AND observation.lower = observation.upper
        AND ($blocks::BIGINT[] IS NULL OR observation.block IN (SELECT unnest($blocks::BIGINT[])))
        AND observation.observation_id NOT IN (SELECT unnest($withheld::VARCHAR[]))
        AND observation.unit IN (
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
        list(one_breakdown.code ORDER BY exact.lower DESC, one_breakdown.code ASC) AS codes,
        list(exact.says ORDER BY exact.lower DESC, one_breakdown.code ASC) AS parts,
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
    made.codes,
    made.parts,
    made.total,
    exact.says AS whole,
    exact.observation_id,
    made.breakdown,
    made.partition,
    made.source,
    block.block,
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period
FROM made
INNER JOIN exact ON made.source = exact.source AND made.block = exact.block AND made.total = exact.lower
INNER JOIN block ON made.block = block.block
WHERE exact.cell NOT IN (SELECT cell_code.cell FROM cell_code)
-- A total that a source prints more than once is one example.
QUALIFY
    row_number() OVER (
        PARTITION BY made.source, made.block, made.breakdown, made.partition ORDER BY exact.observation_id
    ) = 1
ORDER BY made.total DESC, made.breakdown ASC, made.source ASC, block.time_period ASC, block.register ASC
LIMIT $most;
