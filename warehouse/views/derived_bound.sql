-- Grain: one row per quantity that the rules pin tighter than its own figures do.
CREATE OR REPLACE VIEW derived_bound AS
SELECT
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    cell.* EXCLUDE (cell),
    bound.lower,
    bound.upper,
    bound.observed_lower,
    bound.observed_upper,
    bound.rules,
    quantity_finding.findings IS NOT NULL AS is_contradicted,
    coalesce(quantity_finding.findings, '') AS findings
FROM bound
LEFT JOIN block USING (block)
LEFT JOIN cell USING (cell)
LEFT JOIN quantity_finding ON bound.block = quantity_finding.block AND bound.cell = quantity_finding.cell;

COMMENT ON VIEW derived_bound IS
'What the rules pin: one row per quantity';
COMMENT ON COLUMN derived_bound.lower IS
'Least that is possible together with all other figures';
