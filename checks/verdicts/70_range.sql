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
        i,
        any_value(rule) AS rule,
        any_value(low) AS low,
        any_value(high) AS high,
        -- An unstated part may exist unless all are there or the table is declared complete; where definitions
        -- differ, parts only bound their whole.
        CASE
            WHEN
                count(*) FILTER (NOT is_subject AND NOT is_extra) < any_value(parts) AND NOT bool_or(is_complete)
                OR bool_or(relaxes)
                THEN '-infinity'::DOUBLE
            ELSE any_value(low)
        END AS floor_,
        -- A part that may be below zero says nothing of the others unless all are there.
        CASE
            WHEN
                bool_or(is_signed) AND bool_and(is_partition)
                AND count(*) FILTER (NOT is_subject AND NOT is_extra) < any_value(parts) AND NOT bool_or(is_complete)
                THEN 'infinity'::DOUBLE
            ELSE any_value(high)
        END AS ceiling_,
        -- What floating point loses: nothing of whole numbers, a last digit of amounts, more where they are multiplied;
        -- ends of shares that are not reached differ by more than their products are inexact.
        CASE
            WHEN bool_and(is_count) THEN 0
            WHEN bool_and(is_sum) THEN 1e-14 * greatest(1, sum(size))
            WHEN bool_or(is_share) THEN 1e-12 * greatest(1, max(size))
            ELSE 1e-9 * greatest(1, max(size))
        END AS slack,
        coalesce(fsum(least_high) FILTER (isfinite(least_high)), 0) AS high_min,
        count(*) FILTER (isinf(least_high))::INTEGER AS high_min_open,
        coalesce(fsum(most_high) FILTER (isfinite(most_high)), 0) AS high_max,
        count(*) FILTER (isinf(most_high))::INTEGER AS high_max_open,
        coalesce(fsum(least_low) FILTER (isfinite(least_low)), 0) AS low_min,
        count(*) FILTER (isinf(least_low))::INTEGER AS low_min_open,
        coalesce(fsum(most_low) FILTER (isfinite(most_low)), 0) AS low_max,
        count(*) FILTER (isinf(most_low))::INTEGER AS low_max_open,
        sum(likely_least_high) AS likely_high_min,
        sum(likely_most_low) AS likely_low_max,
        bool_or(part_is_stated) AS has_part,
        bool_and(is_stated) AS is_stated,
        bool_or(is_subject AND is_stated) AS has_whole,
        min(source_first) AS source_first,
        max(source_last) AS source_last
    FROM (
        SELECT
            term.i,
            role.rule,
            role.low,
            role.high,
            role.parts,
            role.is_subject,
            role.is_partition,
            quantity.is_extra,
            quantity.is_signed,
            role.is_count AND quantity.is_whole AS is_count,
            role.is_count AS is_sum,
            role.share IS NOT NULL AS is_share,
            relaxes AND is_partition AS relaxes,
            is_stated,
            is_stated AND NOT is_subject AS part_is_stated,
            source_first,
            source_last,
            coalesce(
                NOT is_subject AND term.i NOT IN (SELECT otherwise.i FROM engine.otherwise) AND (
                    complete & partition > 0
                    OR complete & breakdown > 0 AND term.i NOT IN (SELECT mentioned.i FROM engine.mentioned)
                ), FALSE
            ) AS is_complete,
            greatest(if(isfinite(upper), abs(upper), 0), if(isfinite(lower), abs(lower), 0)) AS size,
            if(coef_high = 0, 0, if(coef_high > 0, coef_high * lower, coef_high * upper)) AS least_high,
            if(coef_high = 0, 0, if(coef_high > 0, coef_high * upper, coef_high * lower)) AS most_high,
            if(coef_low = 0, 0, if(coef_low > 0, coef_low * lower, coef_low * upper)) AS least_low,
            if(coef_low = 0, 0, if(coef_low > 0, coef_low * upper, coef_low * lower)) AS most_low,
            if(likely_coef_high = 0, 0, likely_coef_high * if(likely_coef_high > 0, likely_lower, likely_upper))
                AS likely_least_high,
            if(likely_coef_low = 0, 0, likely_coef_low * if(likely_coef_low > 0, likely_upper, likely_lower))
                AS likely_most_low
        FROM engine.term
        SEMI JOIN engine.now USING (i)
        INNER JOIN engine.role USING (role)
        INNER JOIN engine.quantity USING (q)
    )
    GROUP BY i
);
