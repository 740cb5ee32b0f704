-- Grain: one row per register, indicator, area, period and age, and what it rests on: a count that is printed, or
-- the bounds that a printed share gives. They stand side by side.
CREATE OR REPLACE VIEW victims_by_age AS
SELECT
    register,
    indicator,
    ref_area,
    time_period,
    code AS age,
    rests_on,
    lower,
    upper,
    is_contradicted,
    findings,
    says,
    sources
FROM part_of_whole
WHERE breakdown = 'age' AND starts_with(indicator, 'victims')
ORDER BY register, indicator, ref_area, time_period, code, rests_on;

COMMENT ON VIEW victims_by_age IS
'Victims by age, with bounds: counts as printed, and the bounds that printed shares give';
COMMENT ON COLUMN victims_by_age.age IS
'Code: Y0T17 are minors';
