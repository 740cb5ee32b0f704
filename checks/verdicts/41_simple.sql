-- Blocks with one count a cell and nothing else, and what the figures say of their quantities: so that these need no
-- grouping (as in 40_encode.sql and 43_stated.sql).
INSERT INTO engine.block BY NAME
SELECT
    wide_block.block,
    register,
    indicator,
    ref_area,
    time_period,
    '' AS per,
    coalesce(over_time, 'none') AS over_time,
    coalesce(over_areas, 'none') AS over_areas,
    coalesce(is_whole, TRUE) AS is_whole,
    coalesce(is_signed, FALSE) AS is_signed,
    wide,
    FALSE AS is_all,
    uniform.register IS NOT NULL AS is_uniform
FROM engine.looked
INNER JOIN engine.wide_block USING (wide)
LEFT JOIN engine.indicator USING (indicator)
LEFT JOIN engine.uniform USING (register, indicator, ref_area)
ANTI JOIN engine.block ON wide_block.block = block.block
WHERE NOT is_all;

INSERT INTO engine.stated BY NAME
SELECT
    block,
    cell,
    if(obs_status = 'M', 0, if(is_known, lower, least_known)) AS most_low,
    if(obs_status = 'M', 0, if(is_known, upper, 'infinity'::DOUBLE)) AS least_high,
    most_low AS least_low,
    least_high AS most_high,
    if(obs_status = 'M', 0, if(is_known, likely_lower, least_known)) AS likely_most_low,
    if(obs_status = 'M', 0, if(is_known, likely_upper, 'infinity'::DOUBLE)) AS likely_least_high,
    1 AS observations,
    obs_status IN ('D', 'W') AS relaxes,
    obs_status = 'B' AS breaks,
    breakdowns AS complete,
    source AS source_first,
    source AS source_last,
    FALSE AS is_repeated
FROM (
    SELECT
        *,
        obs_status NOT IN ('K', 'L', 'O') AS is_known,
        0 AS least_known
    FROM engine.placed
    ANTI JOIN engine.stated USING (block, cell)
)
INNER JOIN engine.complete USING (complete);
