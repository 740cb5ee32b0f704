-- Grain: one row per quantity that the rules pin tighter than its figures do.
SELECT
    register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means,
    lower,
    upper,
    observed_lower,
    observed_upper,
    concat_ws(' ', below.rule, if(above.rule = below.rule, NULL, above.rule)) AS rules
FROM c_quantity
INNER JOIN c_block USING (block)
INNER JOIN c_cell USING (cell)
LEFT JOIN c_range AS below ON c_quantity.lower_by = below.i
LEFT JOIN c_range AS above ON c_quantity.upper_by = above.i
WHERE lower_by IS NOT NULL OR upper_by IS NOT NULL
ORDER BY ALL
