-- Grain: one row per register, indicator, area, period and sex, beside the total it is part of.
-- The total is a column and not a row, so that nothing is counted twice.
CREATE OR REPLACE VIEW victims_by_sex AS
SELECT
    part.register,
    part.indicator,
    part.ref_area,
    part.time_period,
    part.sex,
    part.lower,
    part.upper,
    whole.lower AS total_lower,
    whole.upper AS total_upper,
    round(100 * part.lower / nullif(whole.upper, 0), 1) AS percent_lower,
    round(least(100 * part.upper / nullif(whole.lower, 0), 100), 1) AS percent_upper,
    part.is_contradicted,
    part.sources
FROM counted AS part
LEFT JOIN counted AS whole
    ON
        part.register = whole.register
        AND part.indicator = whole.indicator
        AND part.ref_area = whole.ref_area
        AND part.time_period = whole.time_period
        AND part.age = whole.age
        AND part.citizenship = whole.citizenship
        AND part.exploitation = whole.exploitation
        AND part.means = whole.means
        AND whole.sex = '_T'
WHERE
    part.indicator LIKE 'victims%'
    AND part.sex <> '_T'
    AND part.age = '_T'
    AND part.citizenship = '_T'
    AND part.exploitation = '_T'
    AND part.means = '_T'
ORDER BY part.register, part.indicator, part.ref_area, part.time_period, part.sex;

COMMENT ON VIEW victims_by_sex IS
'Victims by sex: one row per sex code';
COMMENT ON COLUMN victims_by_sex.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN victims_by_sex.indicator IS
'What is counted';
COMMENT ON COLUMN victims_by_sex.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN victims_by_sex.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN victims_by_sex.sex IS
'F, M, O or _U';
COMMENT ON COLUMN victims_by_sex.lower IS
'Least that its figures leave';
COMMENT ON COLUMN victims_by_sex.upper IS
'Most that its figures leave';
COMMENT ON COLUMN victims_by_sex.total_lower IS
'Least of the total; null if not stated';
COMMENT ON COLUMN victims_by_sex.total_upper IS
'Most of the total; null if not stated';
COMMENT ON COLUMN victims_by_sex.percent_lower IS
'Least share of the total, in percent';
COMMENT ON COLUMN victims_by_sex.percent_upper IS
'Most share of the total, in percent';
COMMENT ON COLUMN victims_by_sex.is_contradicted IS
'Two of its figures contradict each other';
COMMENT ON COLUMN victims_by_sex.sources IS
'Sources';
