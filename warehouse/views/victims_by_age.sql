-- Grain: one row per register, indicator, area, period and age, and what it rests on: a count that is printed, or
-- the bounds that a printed share gives (25 percent of 1,054 is 259 to 268). They stand side by side.
CREATE OR REPLACE VIEW victims_by_age AS
SELECT
    part.register,
    part.indicator,
    part.ref_area,
    part.time_period,
    part.age,
    'count' AS rests_on,
    part.lower,
    part.upper,
    part.is_contradicted,
    part.says,
    part.sources
FROM counted AS part
WHERE
    part.indicator LIKE 'victims%'
    AND part.age <> '_T'
    AND part.sex = '_T'
    AND part.citizenship = '_T'
    AND part.exploitation = '_T'
    AND part.means = '_T'
UNION ALL
SELECT
    share.register,
    share.indicator,
    share.ref_area,
    share.time_period,
    share.age,
    'share' AS rests_on,
    ceil(share.lower / CASE WHEN share.unit = 'percent' THEN 100 ELSE 1 END * whole.lower) AS lower,
    floor(share.upper / CASE WHEN share.unit = 'percent' THEN 100 ELSE 1 END * whole.upper) AS upper,
    whole.is_contradicted,
    share.says,
    share.source AS sources
FROM observation AS share
INNER JOIN (
    -- A whole whose figures contradict each other is taken as each of them.
    SELECT
        register,
        indicator,
        ref_area,
        time_period,
        lower,
        upper,
        FALSE AS is_contradicted
    FROM observation
    WHERE
        vintage_to IS NULL
        AND unit IN ('persons', 'count')
        AND sex = '_T'
        AND age = '_T'
        AND citizenship = '_T'
        AND exploitation = '_T'
        AND means = '_T'
    GROUP BY ALL
) AS whole
    ON
        share.register = whole.register
        AND share.indicator = whole.indicator
        AND share.ref_area = whole.ref_area
        AND share.time_period = whole.time_period
WHERE
    share.vintage_to IS NULL
    AND share.unit IN ('percent', 'ratio')
    AND share.share_of = 'age=_T'
    AND share.sex = '_T'
    AND share.citizenship = '_T'
    AND share.exploitation = '_T'
    AND share.means = '_T'
ORDER BY register, indicator, ref_area, time_period, age, rests_on;

COMMENT ON VIEW victims_by_age IS
'Victims by age, with bounds: counts as printed, and the bounds that printed shares give';
COMMENT ON COLUMN victims_by_age.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN victims_by_age.indicator IS
'What is counted';
COMMENT ON COLUMN victims_by_age.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN victims_by_age.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN victims_by_age.age IS
'Code: Y0T17 are minors';
COMMENT ON COLUMN victims_by_age.rests_on IS
'count: a printed count; share: a printed share of the total';
COMMENT ON COLUMN victims_by_age.lower IS
'Least that is possible';
COMMENT ON COLUMN victims_by_age.upper IS
'Most that is possible';
COMMENT ON COLUMN victims_by_age.is_contradicted IS
'Two figures of it contradict each other';
COMMENT ON COLUMN victims_by_age.says IS
'Printed words';
COMMENT ON COLUMN victims_by_age.sources IS
'Sources';
