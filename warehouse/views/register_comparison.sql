-- Grain: one row per area, period, indicator and register, totals only.
-- Registers stand side by side because they count different things: never sum or subtract them.
CREATE OR REPLACE VIEW register_comparison AS
SELECT
    ref_area,
    time_period,
    indicator,
    register,
    lower,
    upper,
    is_contradicted,
    says,
    sources
FROM counted
WHERE
    indicator LIKE 'victims%'
    AND sex = '_T'
    AND age = '_T'
    AND citizenship = '_T'
    AND exploitation = '_T'
    AND means = '_T'
ORDER BY ref_area, time_period, indicator, register;

COMMENT ON VIEW register_comparison IS
'Totals of all registers side by side, never summed';
COMMENT ON COLUMN register_comparison.ref_area IS
'Area';
COMMENT ON COLUMN register_comparison.time_period IS
'Period';
COMMENT ON COLUMN register_comparison.indicator IS
'What is counted';
COMMENT ON COLUMN register_comparison.register IS
'Counting system';
COMMENT ON COLUMN register_comparison.lower IS
'Least that its figures leave';
COMMENT ON COLUMN register_comparison.upper IS
'Most that its figures leave';
COMMENT ON COLUMN register_comparison.is_contradicted IS
'Two of its figures contradict each other';
COMMENT ON COLUMN register_comparison.says IS
'Printed words';
COMMENT ON COLUMN register_comparison.sources IS
'Sources';
