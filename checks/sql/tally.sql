-- Grain: one row per rule and source.
SELECT
    rule,
    source,
    count(*) FILTER (verdict = 'holds') AS holds,
    count(*) FILTER (verdict = 'open') AS open,
    count(*) FILTER (verdict = 'doubtful') AS doubtful,
    count(*) FILTER (verdict = 'fails') AS fails,
    count(*) FILTER (verdict = 'not_applicable') AS not_applicable
FROM (
    SELECT
        rule,
        CASE WHEN source_first = source_last THEN source_first ELSE 'several' END AS source,
        CASE WHEN verdict = 'open' AND NOT (has_whole AND has_part) THEN 'not_applicable' ELSE verdict END AS verdict
    FROM c_range
    UNION ALL
    SELECT
        'one_value',
        if(source_first = source_last, source_first, 'several'),
        CASE
            WHEN most_low > least_high THEN 'fails' WHEN likely_most_low > likely_least_high THEN 'doubtful'
            WHEN observations = 1 THEN 'not_applicable' ELSE 'holds'
        END
    FROM c_stated
)
GROUP BY rule, source
ORDER BY rule, source
