-- The periods that `wide` has of each indicator, at each place in each register, where there are several kinds of them.
-- Grain: one row per register, indicator and area.
TRUNCATE engine.timeline;

INSERT INTO engine.timeline BY NAME
SELECT
    dense_rank() OVER (ORDER BY periods) AS pattern,
    register,
    indicator,
    ref_area,
    over_time,
    periods,
    is_uniform
FROM (
    SELECT
        register,
        indicator,
        ref_area,
        list(time_period ORDER BY time_period) AS periods,
        bool_and(is_uniform AND time_period NOT LIKE '%/%') AS is_uniform
    FROM (
        SELECT
            register,
            indicator,
            ref_area,
            time_period,
            min(present) OVER alike = max(present) OVER alike AS is_uniform
        FROM engine.wide
        WHERE time_period <> '_U'
        WINDOW alike AS (PARTITION BY register, indicator, ref_area, engine.series(time_period))
    )
    GROUP BY register, indicator, ref_area
    HAVING count(DISTINCT engine.series(time_period)) > 1 OR bool_or(time_period LIKE '%/%') AND count(*) > 1
)
INNER JOIN engine.indicator USING (indicator);
