-- Relations that bounds alone leave open, by the quantities in them that are not pinned to one number: what holds, or
-- has but one such quantity, is decided, where the propagation of bounds came to its end. Grain: one row per relation,
-- with what its sum lies between.
SELECT
    i,
    coalesce(list(q ORDER BY q) FILTER (lower < upper), list(q ORDER BY q)) AS free,
    list(q ORDER BY q) AS quantities,
    list(coef_low ORDER BY q) AS least,
    list(coef_high ORDER BY q) AS greatest,
    list(likely_coef_low ORDER BY q) AS likely_least,
    list(likely_coef_high ORDER BY q) AS likely_greatest,
    any_value(floor_) AS low,
    any_value(ceiling_) AS high,
    bool_or(share IS NOT NULL) AS is_share,
    any_value(verdict) = 'doubtful' AS is_doubtful
FROM engine.term
INNER JOIN engine.role USING (role)
INNER JOIN engine.quantity USING (q)
INNER JOIN engine.range USING (i)
WHERE verdict IN ('open', 'doubtful') AND i NOT IN (SELECT settled.i FROM engine.settled)
GROUP BY i
HAVING count(*) FILTER (lower < upper) > 1 OR i IN (SELECT unsettled.i FROM engine.unsettled)
ORDER BY i;
