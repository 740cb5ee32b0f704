-- Revenue, spending and balance as published, side by side. Grain: one row per body, register and period.
CREATE OR REPLACE VIEW account_by_year AS
SELECT
    ref_area AS body,
    register,
    time_period,
    any_value(value) FILTER (indicator = 'revenue') AS revenue,
    any_value(value) FILTER (indicator = 'spending') AS spending,
    any_value(value) FILTER (indicator = 'balance') AS balance,
    bool_or(is_contradicted) AS is_contradicted
FROM figure
WHERE sector = '_T' AND function = '_T'
GROUP BY ref_area, register, time_period;

COMMENT ON VIEW account_by_year IS 'Revenue, spending and balance as published; one row per body, register and period';
COMMENT ON COLUMN account_by_year.body IS 'Code of the area whose government it is';
COMMENT ON COLUMN account_by_year.revenue IS 'Million euros taken in';
COMMENT ON COLUMN account_by_year.spending IS 'Million euros spent';
COMMENT ON COLUMN account_by_year.balance IS 'Million euros left, below zero where more was spent than taken in';
