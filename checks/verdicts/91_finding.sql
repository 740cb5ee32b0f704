-- Grain: one row per finding, the largest gap first, in the columns that a finding is kept in.
SELECT
    finding,
    rule,
    verdict,
    status,
    source,
    register,
    indicator,
    ref_area,
    time_period,
    cell.* EXCLUDE (cell, member),
    nullif(per, '') AS per,
    part_time_period,
    left_lower,
    left_upper,
    right_lower,
    right_upper,
    gap,
    observations,
    component
FROM engine.finding
INNER JOIN engine.quantity USING (q)
INNER JOIN engine.block USING (block)
INNER JOIN engine.cell USING (cell)
LEFT JOIN engine.finding_component USING (i)
ORDER BY array_position(['fails', 'doubtful', 'restated', 'open'], verdict) ASC, gap DESC, finding ASC;
