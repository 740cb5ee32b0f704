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
    figures,
    says,
    sources
FROM counted
WHERE
    indicator LIKE 'victims%'
    AND length(time_period) = 4
    AND sex = '_T'
    AND age = '_T'
    AND citizenship = '_T'
    AND exploitation = '_T'
    AND means = '_T'
ORDER BY ref_area, time_period, indicator, register;

COMMENT ON VIEW victims_by_year IS
'Victims by year and register: totals, as the interval that the figures leave';
COMMENT ON COLUMN victims_by_year.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN victims_by_year.indicator IS
'What is counted';
COMMENT ON COLUMN victims_by_year.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN victims_by_year.year IS
'Year';
COMMENT ON COLUMN victims_by_year.lower IS
'Least that its figures leave';
COMMENT ON COLUMN victims_by_year.upper IS
'Most that its figures leave';
COMMENT ON COLUMN victims_by_year.is_contradicted IS
'Two of its figures contradict each other';
COMMENT ON COLUMN victims_by_year.figures IS
'How many figures state it';
COMMENT ON COLUMN victims_by_year.says IS
'Printed words';
COMMENT ON COLUMN victims_by_year.sources IS
'Sources';
