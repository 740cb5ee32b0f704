-- Grain: one row per relation of a connected group, shares left out.
CREATE OR REPLACE TEMP TABLE c_group_relation AS
SELECT
    any_value(component) AS component,
    i,
    any_value(c_role.rule) AS rule,
    list(q ORDER BY q) AS quantities,
    list(coef_high ORDER BY q) AS coefficients,
    any_value(floor_) AS low,
    any_value(c_role.high) AS high
FROM c_term
INNER JOIN c_role USING (role)
INNER JOIN c_range USING (i)
INNER JOIN c_component USING (q)
WHERE c_role.rule <> 'share_of_whole'
GROUP BY i
