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
    findings,
    says,
    sources
FROM counted
WHERE cell NOT IN (SELECT cell_code.cell FROM cell_code)
ORDER BY ref_area, time_period, indicator, register;

COMMENT ON VIEW register_comparison IS
'Totals of all registers side by side, never summed';
