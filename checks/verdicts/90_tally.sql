-- Grain: one row per rule and source.
SELECT
    rule,
    source,
    coalesce(sum(instances) FILTER (verdict = 'holds'), 0)::BIGINT AS holds,
    coalesce(sum(instances) FILTER (verdict = 'open'), 0)::BIGINT AS open,
    coalesce(sum(instances) FILTER (verdict = 'doubtful'), 0)::BIGINT AS doubtful,
    coalesce(sum(instances) FILTER (verdict = 'fails'), 0)::BIGINT AS fails,
    coalesce(sum(instances) FILTER (verdict = 'restated'), 0)::BIGINT AS restated,
    coalesce(sum(instances) FILTER (verdict = 'not_applicable'), 0)::BIGINT AS not_applicable,
    coalesce(sum(instances) FILTER (verdict = 'not decided'), 0)::BIGINT AS not_decided
FROM (
    SELECT
        rule,
        if(source_first = source_last, source_first, 'several') AS source,
        if(verdict = 'open' AND NOT (has_whole AND has_part), 'not_applicable', verdict) AS verdict,
        1 AS instances
    FROM engine.range
    UNION ALL
    SELECT
        'one_value' AS rule,
        if(source_first = source_last, source_first, 'several') AS source,
        CASE
            WHEN most_low > least_high THEN 'fails'
            WHEN is_repeated OR likely_most_low > likely_least_high THEN 'doubtful'
            WHEN observations = 1 THEN 'not_applicable' ELSE 'holds'
        END AS verdict,
        1 AS instances
    FROM engine.stated
    WHERE observations > 0 AND 'one_value' IN (SELECT kept.rule FROM engine.kept)
    UNION ALL
    SELECT
        rule,
        if(contains(source, ' '), 'several', source) AS source,
        verdict,
        1 AS instances
    FROM engine.finding
    WHERE verdict = 'restated'
    UNION ALL
    SELECT
        'together' AS rule,
        if(min(source_first) = max(source_last), min(source_first), 'several') AS source,
        any_value(verdict) AS verdict,
        1 AS instances
    FROM (
        SELECT
            number,
            verdict,
            unnest(quantities) AS q
        FROM engine.together
    )
    INNER JOIN engine.quantity USING (q)
    GROUP BY number
    UNION ALL
    SELECT
        rule,
        source,
        verdict,
        instances
    FROM engine.plain
)
GROUP BY rule, source
-- What was counted as plain and evaluated after all is taken off again.
HAVING sum(instances) > 0
ORDER BY rule, source;
