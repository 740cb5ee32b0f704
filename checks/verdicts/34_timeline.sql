-- The periods that `wide` has of each indicator, at each place in each register, where there are several kinds of them.
-- Grain: one row per register, indicator and area.
TRUNCATE engine.timeline;

INSERT INTO engine.timeline BY NAME
SELECT
    dense_rank() OVER (ORDER BY periods) AS pattern,
    register,
    indicator,
    ref_area,
    coalesce(over_time, 'none') AS over_time,
    periods,
    is_uniform
FROM (
    SELECT
        register,
        indicator,
        ref_area,
        list(time_period ORDER BY time_period) AS periods,
        min(present | odd) = max(present | odd)
        AND bool_and(NOT is_all AND latent = 0 AND time_period NOT LIKE '%/%') AS is_uniform
    FROM engine.wide
    WHERE time_period <> '_U'
    GROUP BY register, indicator, ref_area
    HAVING count(DISTINCT engine.series(time_period)) > 1 OR bool_or(time_period LIKE '%/%') AND count(*) > 1
)
LEFT JOIN engine.indicator USING (indicator);

-- The others are looked at in full.
INSERT INTO engine.needed BY NAME
SELECT
    wide.rowid AS wide,
    -1 AS cells
FROM engine.timeline
INNER JOIN engine.wide USING (register, indicator, ref_area)
WHERE NOT is_uniform;

DELETE FROM engine.timeline
WHERE NOT is_uniform;

INSERT INTO engine.uniform BY NAME
SELECT
    register,
    indicator,
    ref_area
FROM engine.timeline;
