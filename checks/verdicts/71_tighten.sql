-- One half round of bounds propagation: what each relation that did not fail implies for each quantity in it, where it
-- is a whole number rounded inward. Grain of `pin`: one row per quantity that gets tighter.
-- Lower and upper bounds take turns ($above), so that two relations never cross a quantity's bounds at once.
INSERT INTO engine.pin BY NAME
WITH term AS (
    SELECT
        q,
        i,
        coef_low,
        coef_high,
        lower,
        upper,
        is_whole,
        share IS NOT NULL AS is_share,
        ceiling_,
        floor_,
        high_min,
        high_min_open,
        low_max,
        low_max_open,
        slack,
        if(coef_high > 0, coef_high * lower, coef_high * upper) AS own_least,
        if(coef_low > 0, coef_low * upper, coef_low * lower) AS own_most
    FROM engine.loose
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.range USING (i)
    WHERE lower < upper AND verdict <> 'fails' AND i IN (SELECT touched.i FROM engine.touched)
),

implied AS (
    SELECT
        q,
        i,
        CASE
            WHEN coef_high <> 0 AND high_min_open = isinf(own_least)::INTEGER AND isfinite(ceiling_)
                THEN (ceiling_ - (high_min - if(isinf(own_least), 0, own_least))) / coef_high
        END AS by_high,
        CASE
            WHEN coef_low <> 0 AND low_max_open = isinf(own_most)::INTEGER AND isfinite(floor_)
                THEN (floor_ - (low_max - if(isinf(own_most), 0, own_most))) / coef_low
        END AS by_low,
        coef_high > 0 AS high_bounds_above,
        coef_low > 0 AS low_bounds_below,
        lower,
        upper,
        is_whole,
        is_share,
        slack / nullif(least(abs(coef_high), abs(coef_low)), 0) AS moved
    FROM term
),

raw AS (
    SELECT
        q,
        i,
        lower,
        upper,
        is_whole,
        is_share,
        coalesce(moved, 0) AS moved,
        greatest(if(low_bounds_below, by_low, NULL), if(high_bounds_above, NULL, by_high)) AS below,
        least(if(high_bounds_above, by_high, NULL), if(low_bounds_below, NULL, by_low)) AS above
    FROM implied
),

-- Without whole numbers to round to, an end is given the digits that floating point took from the sum (the terms may
-- be much larger than what is left of them), and what differs by less than sums are exact is no difference.
tighter AS (
    SELECT
        q,
        i,
        lower,
        upper,
        if(is_whole, ceil(below - if(is_share, 1e-12 * greatest(1, abs(below)), 1e-7)), below - moved) AS below,
        if(is_whole, floor(above + if(is_share, 1e-12 * greatest(1, abs(above)), 1e-7)), above + moved) AS above,
        if(is_whole, 0, 1e-12 * greatest(1, if(isinf(lower), 0, abs(lower)), if(isinf(upper), 0, abs(upper)))) AS slack
    FROM raw
)

SELECT
    q,
    arg_max(i, (below, -i)) AS i,
    max(below) AS bound
FROM tighter
WHERE NOT $above AND below > lower + slack
GROUP BY q
UNION ALL
SELECT
    q,
    arg_min(i, (above, i)) AS i,
    min(above) AS bound
FROM tighter
WHERE $above AND above < upper - slack
GROUP BY q;
