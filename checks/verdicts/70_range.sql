-- Verdicts on sums of intervals (see 10_macros.sql). Grain: one row per instance of `now`.
-- A relation says: low <= sum(coef_low * x) and sum(coef_high * x) <= high. Only a share has two coefficients.
-- The least of a sum is never plus infinity and the greatest never minus infinity, since no lower bound is the former.
-- fsum: counts up to 2^53 add up exactly.
TRUNCATE engine.range_now;

INSERT INTO engine.range_now BY NAME
SELECT
    i,
    rule,
    floor_,
    ceiling_,
    high_min,
    high_min_open,
    low_max,
    low_max_open,
    has_part,
    has_whole,
    is_stated,
    source_first,
    source_last,
    slack,
    engine.verdict_of(
        engine.never(
            floor_ - slack, ceiling_ + slack,
            engine.at_least(high_min, high_min_open), engine.at_most(low_max, low_max_open)
        ),
        engine.never(floor_ - slack, ceiling_ + slack, likely_high_min, likely_low_max),
        engine.always(
            low - slack, high + slack,
            engine.at_least(low_min, low_min_open), engine.at_most(high_max, high_max_open)
        )
    ) AS verdict
FROM (
    SELECT
        fixed.i,
        rule,
        low,
        high,
        -- An unstated part may exist unless all are there or the table is declared complete; where definitions
        -- differ, parts only bound their whole.
        if(
            parts_there < parts AND NOT is_complete OR relaxes AND is_partition, '-infinity'::DOUBLE, low
        ) AS floor_,
        -- A part that may be below zero says nothing of the others unless all are there.
        if(
            is_signed AND is_partition AND parts_there < parts AND NOT is_complete, 'infinity'::DOUBLE, high
        ) AS ceiling_,
        -- What floating point loses: nothing of whole numbers, a last digit of amounts, more where they are multiplied;
        -- ends of shares that are not reached differ by more than their products are inexact.
        CASE
            WHEN fixed.is_count THEN 0
            WHEN is_sum THEN 1e-14 * greatest(1, size)
            WHEN share IS NOT NULL THEN 1e-12 * greatest(1, most_size)
            ELSE 1e-9 * greatest(1, most_size)
        END AS slack,
        total + coalesce(moving.high_min, 0) AS high_min,
        coalesce(high_min_open, 0) AS high_min_open,
        total + coalesce(high_max, 0) AS high_max,
        coalesce(high_max_open, 0) AS high_max_open,
        total + coalesce(low_min, 0) AS low_min,
        coalesce(low_min_open, 0) AS low_min_open,
        total + coalesce(moving.low_max, 0) AS low_max,
        coalesce(low_max_open, 0) AS low_max_open,
        total + coalesce(likely_high_min, 0) AS likely_high_min,
        total + coalesce(likely_low_max, 0) AS likely_low_max,
        has_part,
        has_whole,
        is_stated,
        source_first,
        source_last
    FROM engine.fixed
    SEMI JOIN engine.now USING (i)
    INNER JOIN engine.role USING (role)
    LEFT JOIN (
        SELECT
            i,
            bool_and(is_count) AS is_sum,
            sum(size) AS size,
            max(size) AS most_size,
            fsum(least_high) FILTER (isfinite(least_high)) AS high_min,
            count(*) FILTER (isinf(least_high))::INTEGER AS high_min_open,
            fsum(most_high) FILTER (isfinite(most_high)) AS high_max,
            count(*) FILTER (isinf(most_high))::INTEGER AS high_max_open,
            fsum(least_low) FILTER (isfinite(least_low)) AS low_min,
            count(*) FILTER (isinf(least_low))::INTEGER AS low_min_open,
            fsum(most_low) FILTER (isfinite(most_low)) AS low_max,
            count(*) FILTER (isinf(most_low))::INTEGER AS low_max_open,
            sum(likely_least_high) AS likely_high_min,
            sum(likely_most_low) AS likely_low_max
        FROM (
            SELECT
                i,
                is_count,
                greatest(if(isfinite(upper), abs(upper), 0), if(isfinite(lower), abs(lower), 0)) AS size,
                if(coef_high = 0, 0, if(coef_high > 0, coef_high * lower, coef_high * upper)) AS least_high,
                if(coef_high = 0, 0, if(coef_high > 0, coef_high * upper, coef_high * lower)) AS most_high,
                if(coef_low = 0, 0, if(coef_low > 0, coef_low * lower, coef_low * upper)) AS least_low,
                if(coef_low = 0, 0, if(coef_low > 0, coef_low * upper, coef_low * lower)) AS most_low,
                if(likely_coef_high = 0, 0, likely_coef_high * if(likely_coef_high > 0, likely_lower, likely_upper))
                    AS likely_least_high,
                if(likely_coef_low = 0, 0, likely_coef_low * if(likely_coef_low > 0, likely_upper, likely_lower))
                    AS likely_most_low
            FROM engine.loose
            SEMI JOIN engine.now USING (i)
            INNER JOIN engine.role USING (role)
            INNER JOIN engine.quantity USING (q)
        )
        GROUP BY i
    ) AS moving ON fixed.i = moving.i
);
