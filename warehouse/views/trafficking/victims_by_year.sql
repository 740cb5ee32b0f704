-- Grain: one row per register, indicator, area and year, totals only.
CREATE OR REPLACE VIEW victims_by_year AS
SELECT
    register,
    indicator,
    ref_area,
    time_period AS year,
    lower,
    upper,
    is_contradicted,
    findings,
    figures,
    says,
    sources
FROM counted
WHERE
    starts_with(indicator, 'victims')
    AND length(time_period) = 4
    AND cell NOT IN (SELECT cell_code.cell FROM cell_code)
ORDER BY ref_area, time_period, indicator, register;

COMMENT ON VIEW victims_by_year IS
'Victims by year and register: totals, as the interval that the figures leave';
COMMENT ON COLUMN victims_by_year.year IS
'Year';
