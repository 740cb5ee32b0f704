-- Shares, and figures that repeat a quantity.

-- A share relates its own quantity, the part, to its base: the same quantity but for what share_of names. Where the
-- text states it of one printed figure (share_base), that figure's interval is the base.
INSERT INTO engine.share BY NAME
SELECT
    row_number() OVER (ORDER BY share_figure.observation_id, block, cell, base_block, base_cell) - 1 AS share,
    share_figure.observation_id,
    share_figure.source,
    block,
    cell,
    base_block,
    base_cell,
    share_figure.share_base,
    breakdowns AS complete,
    printed.lower AS base_lower,
    printed.upper AS base_upper,
    printed.likely_lower AS likely_base_lower,
    printed.likely_upper AS likely_base_upper,
    greatest(engine.factor_of(share_figure.lower, scale, shift), 0) AS low,
    engine.factor_of(share_figure.upper, scale, shift) AS high,
    greatest(engine.factor_of(share_figure.likely_lower, scale, shift), 0) AS likely_low,
    engine.factor_of(share_figure.likely_upper, scale, shift) AS likely_high
FROM engine.share_figure() AS share_figure
INNER JOIN engine.complete AS said ON share_figure.complete = said.complete
LEFT JOIN (
    SELECT * FROM engine.given()
    WHERE
        observation_id IN (
            SELECT relative.share_base FROM engine.relative
            WHERE relative.share_base IS NOT NULL
        )
) AS printed ON share_figure.share_base = printed.observation_id;

-- Unlike figures of one quantity that are no contradiction: rows of one data table, of which nothing says that they
-- speak of the same, and members under one label, as different sources list them.
INSERT INTO engine.repeated BY NAME
SELECT
    block,
    cell,
    if(repeats = 'row', source, NULL) AS source,
    min(lower) AS lower,
    max(upper) AS upper,
    min(upper) AS least_high,
    max(lower) AS most_low
FROM engine.placed
WHERE kind IN ('count', 'amount') AND repeats IS NOT NULL AND obs_status NOT IN ('M', 'K', 'L', 'O')
GROUP BY block, cell, if(repeats = 'row', source, NULL)
HAVING max(lower) > min(upper);
