-- The periods of each quantity that is the same but for them, where there are several kinds: all, and where some are
-- not stated, the stated ones by themselves. Grain: one row per indicator, register, area and cell, or two.
TRUNCATE engine.timeline;

INSERT INTO engine.timeline BY NAME
WITH line AS (
    SELECT
        register,
        indicator,
        ref_area,
        per,
        cell,
        over_time,
        list(time_period ORDER BY time_period) AS every,
        list(time_period ORDER BY time_period) FILTER (is_stated) AS stated
    FROM engine.quantity
    INNER JOIN engine.block USING (block)
    WHERE time_period <> '_U' AND NOT is_uniform
    GROUP BY register, indicator, ref_area, per, cell, over_time
    HAVING count(DISTINCT engine.series(time_period)) > 1 OR bool_or(time_period LIKE '%/%') AND count(*) > 1
)

SELECT
    dense_rank() OVER (ORDER BY periods) AS pattern,
    register,
    indicator,
    ref_area,
    per,
    cell,
    over_time,
    periods,
    TRUE AS is_uniform
FROM (
    SELECT
        line.* EXCLUDE (every, stated),
        unnest(list_distinct([every, coalesce(stated, [])])) AS periods
    FROM line
)
WHERE len(periods) > 1;
