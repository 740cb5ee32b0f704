-- Grain: one row per figure that a later edition of its source changed or withdrew.
CREATE OR REPLACE VIEW revision AS
SELECT
    earlier.source,
    earlier.observation_id,
    earlier.register,
    earlier.indicator,
    earlier.ref_area,
    earlier.time_period,
    earlier.sex,
    earlier.age,
    earlier.citizenship,
    earlier.exploitation,
    earlier.means,
    CASE WHEN later.observation_id IS NULL THEN 'withdrawn' ELSE 'changed' END AS change,
    earlier.says AS said,
    later.says,
    earlier.lower AS lower_before,
    earlier.upper AS upper_before,
    later.lower AS lower_after,
    later.upper AS upper_after,
    earlier.known_to AS revised_at
FROM observation AS earlier
LEFT JOIN observation AS later
    ON earlier.observation_id = later.observation_id AND earlier.vintage_to = later.vintage_from
WHERE earlier.vintage_to IS NOT NULL;

COMMENT ON VIEW revision IS
'What producers changed or withdrew: one row per figure and change';
COMMENT ON COLUMN revision.source IS
'Source';
COMMENT ON COLUMN revision.observation_id IS
'Figure';
COMMENT ON COLUMN revision.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN revision.indicator IS
'What is counted';
COMMENT ON COLUMN revision.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN revision.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN revision.sex IS
'Code; _T is the total';
COMMENT ON COLUMN revision.age IS
'Code; _T is the total';
COMMENT ON COLUMN revision.citizenship IS
'Code; _T is the total';
COMMENT ON COLUMN revision.exploitation IS
'Code; _T is the total';
COMMENT ON COLUMN revision.means IS
'Code; _T is the total';
COMMENT ON COLUMN revision.change IS
'changed or withdrawn';
COMMENT ON COLUMN revision.said IS
'Words before';
COMMENT ON COLUMN revision.says IS
'Words after; null when withdrawn';
COMMENT ON COLUMN revision.lower_before IS
'Least before';
COMMENT ON COLUMN revision.upper_before IS
'Most before';
COMMENT ON COLUMN revision.lower_after IS
'Least after';
COMMENT ON COLUMN revision.upper_after IS
'Most after';
COMMENT ON COLUMN revision.revised_at IS
'When it was loaded, UTC';
