-- One half round of bounds propagation: what each relation that did not fail implies for each quantity in it,
-- rounded inward to whole numbers. `c_bound_now` has one row per quantity that gets tighter.
-- Lower and upper bounds take turns, so that two relations never cross a quantity's bounds at once.
CREATE OR REPLACE TEMP TABLE c_bound_now AS
WITH term AS (
    SELECT
        q, i, coef_low, coef_high, lower, upper, c_range.high, floor_,
        high_min, high_min_open, low_max, low_max_open,
        if(coef_high > 0, coef_high * lower, coef_high * upper) AS own_least,
        if(coef_low > 0, coef_low * upper, coef_low * lower) AS own_most
    FROM c_term
    INNER JOIN c_role USING (role)
    INNER JOIN c_quantity USING (q)
    INNER JOIN c_range USING (i)
    WHERE lower < upper AND verdict <> 'fails' AND i IN (SELECT i FROM c_touched)
),

implied AS (
    SELECT
        q,
        i,
        CASE
            WHEN coef_high <> 0 AND high_min_open = isinf(own_least)::INTEGER AND isfinite(high)
                THEN (high - (high_min - if(isinf(own_least), 0, own_least))) / coef_high
        END AS by_high,
        CASE
            WHEN coef_low <> 0 AND low_max_open = isinf(own_most)::INTEGER AND isfinite(floor_)
                THEN (floor_ - (low_max - if(isinf(own_most), 0, own_most))) / coef_low
        END AS by_low,
        coef_high > 0 AS high_bounds_above,
        coef_low > 0 AS low_bounds_below,
        lower,
        upper
    FROM term
)

SELECT q, arg_max(i, (bound, -i)) AS i, max(bound) AS bound
FROM (
    SELECT q, i, lower, ceil(greatest(if(low_bounds_below, by_low, NULL), if(high_bounds_above, NULL, by_high)) - 1e-7) AS bound
    FROM implied
)
WHERE NOT getvariable('above') AND bound > lower
GROUP BY q
UNION ALL
SELECT q, arg_min(i, (bound, i)) AS i, min(bound) AS bound
FROM (
    SELECT q, i, upper, floor(least(if(high_bounds_above, by_high, NULL), if(low_bounds_below, NULL, by_low)) + 1e-7) AS bound
    FROM implied
)
WHERE getvariable('above') AND bound < upper
GROUP BY q;
