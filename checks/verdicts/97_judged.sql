-- Grain: one row per rule and source of which relations were tested, with how many of them do not hold.
SELECT
    rule,
    source,
    tested,
    coalesce(fails, 0) AS fails,
    coalesce(doubtful, 0) AS doubtful
FROM engine.tested()
LEFT JOIN engine.failing USING (rule, source)
ORDER BY rule, source;
