-- Grain: one row per register, indicator, area, period and citizenship, beside the total it is part of.
CREATE OR REPLACE VIEW victims_by_citizenship AS
SELECT
    register,
    indicator,
    ref_area,
    time_period,
    code AS citizenship,
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
WHERE breakdown = 'citizenship' AND rests_on = 'count' AND starts_with(indicator, 'victims')
ORDER BY register, indicator, ref_area, time_period, code;

COMMENT ON VIEW victims_by_citizenship IS
'Victims by citizenship: one row per code; countries are part of FOREIGN';
COMMENT ON COLUMN victims_by_citizenship.citizenship IS
'ISO 3166-1 alpha-3, NATIONAL, FOREIGN or _U; countries are part of FOREIGN';
