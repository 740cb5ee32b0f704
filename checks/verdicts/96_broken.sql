-- Grain: one row per rule and source of which so much does not hold that its table is broken as a whole.
SELECT
    rule,
    source,
    tested,
    fails,
    doubtful,
    shown
FROM engine.broken
ORDER BY rule, source;
