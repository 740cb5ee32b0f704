-- Grain: one row per figure and vintage of its source that changed or withdrew it, also where the producer did not:
-- a correction declared here puts other words before the printed ones, and the same bytes can be read anew.
CREATE OR REPLACE VIEW revision AS
WITH edition AS (
    SELECT
        vintage,
        coalesce(snapshot = lag(snapshot) OVER (PARTITION BY source ORDER BY vintage), FALSE) AS is_same,
        by_decision
    FROM vintage
)

SELECT
    earlier.source,
    earlier.observation_id,
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    cell.* EXCLUDE (cell),
    CASE
        WHEN edition.by_decision IS NOT NULL THEN 'decided'
        WHEN
            earlier.says <> later.says
            AND regexp_replace(earlier.says, '^.* \[printed: (.*)\]$', '\1')
            = regexp_replace(later.says, '^.* \[printed: (.*)\]$', '\1')
            THEN CASE WHEN later.says LIKE '% [printed: %]' THEN 'corrected' ELSE 'uncorrected' END
        WHEN edition.is_same THEN 'reread'
        WHEN later.observation_id IS NULL THEN 'withdrawn'
        ELSE 'changed'
    END AS change,
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
LEFT JOIN edition ON earlier.vintage_to = edition.vintage
WHERE earlier.vintage_to IS NOT NULL;

COMMENT ON VIEW revision IS
'One row per figure and change: changed or withdrawn by its producer, corrected or uncorrected here, reread from the
same bytes, or decided by a person; a file typed here changes with who types it';
COMMENT ON COLUMN revision.change IS
'changed, withdrawn, corrected, uncorrected (a correction taken back), reread (the same bytes) or decided';
COMMENT ON COLUMN revision.says IS
'Words after; null when withdrawn';
