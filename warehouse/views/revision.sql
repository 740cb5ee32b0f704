-- Grain: one row per figure that a later edition of its source changed or withdrew.
CREATE OR REPLACE VIEW revision AS
SELECT
    earlier.source,
    earlier.observation_id,
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    cell.* EXCLUDE (cell),
    CASE WHEN later.observation_id IS NULL THEN 'withdrawn' ELSE 'changed' END AS change,
    earlier.says AS said,
    later.says,
    earlier.lower AS lower_before,
    earlier.upper AS upper_before,
    later.lower AS lower_after,
    later.upper AS upper_after,
    earlier.known_to AS revised_at
FROM observation AS earlier
INNER JOIN block USING (block)
INNER JOIN cell USING (cell)
LEFT JOIN observation AS later
    ON earlier.observation_id = later.observation_id AND earlier.vintage_to = later.vintage_from
WHERE earlier.vintage_to IS NOT NULL;

COMMENT ON VIEW revision IS
'What producers changed or withdrew: one row per figure and change';
COMMENT ON COLUMN revision.says IS
'Words after; null when withdrawn';
