-- Grain: one row per register, indicator, area, period and sex, beside the total it is part of.
CREATE OR REPLACE VIEW victims_by_sex AS
SELECT
    register,
    indicator,
    ref_area,
    time_period,
    code AS sex,
    lower,
    upper,
    total_lower,
    total_upper,
    percent_lower,
    percent_upper,
    percent_missing,
    is_contradicted,
    findings,
    sources
FROM part_of_whole
WHERE breakdown = 'sex' AND rests_on = 'count' AND starts_with(indicator, 'victims')
ORDER BY register, indicator, ref_area, time_period, code;

COMMENT ON VIEW victims_by_sex IS
'Victims by sex: one row per sex code';
COMMENT ON COLUMN victims_by_sex.sex IS
'F, M, O or _U';
