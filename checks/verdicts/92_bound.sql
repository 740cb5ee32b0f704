-- Grain: one row per quantity that the rules pin tighter than its figures do.
SELECT
    register,
    indicator,
    ref_area,
    time_period,
    cell.* EXCLUDE (cell, member),
    lower,
    upper,
    observed_lower,
    observed_upper,
    concat_ws(' ', below.rule, if(above.rule = below.rule, NULL, above.rule)) AS rules
FROM engine.quantity
INNER JOIN engine.block USING (block)
INNER JOIN engine.cell USING (cell)
LEFT JOIN engine.range AS below ON quantity.lower_by = below.i
LEFT JOIN engine.range AS above ON quantity.upper_by = above.i
-- What shares make of each other is no count.
WHERE (lower_by IS NOT NULL OR upper_by IS NOT NULL) AND NOT is_extra AND per = ''
ORDER BY ALL;
