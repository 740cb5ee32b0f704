-- The relations of the groups that bounds do not settle: those in which relations still had bounds that got tighter, or
-- several shares of which only whole numbers tell, and circles in which something is a share or a range. Grain: one row
-- per relation, with what its sum lies between.
WITH unsettled AS (
    SELECT component
    FROM engine.free
    INNER JOIN engine.free_group USING (q)
    INNER JOIN engine.quantity USING (q)
    LEFT JOIN engine.unsettled ON free.i = unsettled.i
    LEFT JOIN engine.share ON free.i = engine.instance('share', share.share)
    GROUP BY component
    HAVING
        count(DISTINCT share.share) > 1
        OR count(unsettled.i) > 0
        OR count(*) > count(DISTINCT q) + count(DISTINCT free.i) - 1
        AND (count(share.share) > 0 OR bool_or(is_stated AND observed_lower < observed_upper))
),

relation AS (
    SELECT
        i,
        component,
        list(q ORDER BY q) AS free
    FROM engine.free
    INNER JOIN engine.free_group USING (q)
    SEMI JOIN unsettled USING (component)
    GROUP BY i, component
)

SELECT
    any_value(relation.component) AS component,
    i,
    any_value(relation.free) AS free,
    list(q ORDER BY q) AS quantities,
    list(coef_low ORDER BY q) AS least,
    list(coef_high ORDER BY q) AS greatest,
    list(likely_coef_low ORDER BY q) AS likely_least,
    list(likely_coef_high ORDER BY q) AS likely_greatest,
    any_value(floor_) AS low,
    any_value(ceiling_) AS high,
    any_value(verdict) = 'doubtful' AS is_doubtful
FROM relation
INNER JOIN engine.term USING (i)
INNER JOIN engine.role USING (role)
INNER JOIN engine.range USING (i)
GROUP BY i
ORDER BY i;
