-- Grain: one row per register, area and period with operations; victims per operation where both are counted.
CREATE OR REPLACE VIEW operations_by_period AS
SELECT
    operation.register,
    operation.ref_area,
    operation.time_period,
    operation.lower AS operations_lower,
    operation.upper AS operations_upper,
    victim.lower AS victims_lower,
    victim.upper AS victims_upper,
    round(victim.lower / nullif(operation.upper, 0), 1) AS victims_per_operation_lower,
    round(victim.upper / nullif(operation.lower, 0), 1) AS victims_per_operation_upper,
    operation.is_contradicted OR coalesce(victim.is_contradicted, FALSE) AS is_contradicted,
    both_findings(operation.findings, victim.findings) AS findings,
    concat_ws(' ', operation.sources, victim.sources) AS sources
FROM counted AS operation
LEFT JOIN counted AS victim
    ON
        operation.register = victim.register
        AND operation.ref_area = victim.ref_area
        AND operation.time_period = victim.time_period
        AND operation.cell = victim.cell
        AND victim.indicator = 'victims_rescued'
WHERE operation.indicator = 'operations' AND operation.cell NOT IN (SELECT cell_code.cell FROM cell_code)
ORDER BY operation.register, operation.ref_area, operation.time_period;

COMMENT ON VIEW operations_by_period IS
'Operations by period, with victims per operation';
COMMENT ON COLUMN operations_by_period.operations_lower IS
'Least operations';
COMMENT ON COLUMN operations_by_period.operations_upper IS
'Most operations';
COMMENT ON COLUMN operations_by_period.victims_lower IS
'Least victims rescued; null if not stated';
COMMENT ON COLUMN operations_by_period.victims_upper IS
'Most victims rescued; null if not stated';
COMMENT ON COLUMN operations_by_period.victims_per_operation_lower IS
'Least victims per operation';
COMMENT ON COLUMN operations_by_period.victims_per_operation_upper IS
'Most victims per operation';
