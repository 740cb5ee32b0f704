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
    concat_ws(' ', operation.sources, victim.sources) AS sources
FROM counted AS operation
LEFT JOIN counted AS victim
    ON
        operation.register = victim.register
        AND operation.ref_area = victim.ref_area
        AND operation.time_period = victim.time_period
        AND victim.indicator = 'victims_rescued'
        AND victim.sex = '_T'
        AND victim.age = '_T'
        AND victim.citizenship = '_T'
        AND victim.exploitation = '_T'
        AND victim.means = '_T'
WHERE
    operation.indicator = 'operations'
    AND operation.sex = '_T'
    AND operation.age = '_T'
    AND operation.citizenship = '_T'
    AND operation.exploitation = '_T'
    AND operation.means = '_T'
ORDER BY operation.register, operation.ref_area, operation.time_period;

COMMENT ON VIEW operations_by_period IS
'Operations by period, with victims per operation';
COMMENT ON COLUMN operations_by_period.register IS
'Counting system';
COMMENT ON COLUMN operations_by_period.ref_area IS
'Area';
COMMENT ON COLUMN operations_by_period.time_period IS
'Period';
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
COMMENT ON COLUMN operations_by_period.sources IS
'Sources';
