-- Grain: one row per rule and figure that is in a relation of a broken table that fails and is no finding.
SELECT DISTINCT
    rule,
    observation_id
FROM (
    SELECT
        judged.rule,
        term.q
    FROM engine.judged() AS judged
    INNER JOIN engine.broken_instance USING (i)
    INNER JOIN engine.term USING (i)
    WHERE NOT is_shown AND verdict = 'fails'
    UNION ALL
    SELECT
        judged.rule,
        judged.i - engine.instance('one value', 0) AS q
    FROM engine.judged() AS judged
    INNER JOIN engine.broken_instance USING (i)
    WHERE NOT is_shown AND verdict = 'fails' AND judged.rule = 'one_value'
)
INNER JOIN engine.quantity USING (q)
INNER JOIN engine.figure() AS figure USING (block, cell)
WHERE figure.kind IN ('count', 'amount')
ORDER BY rule, observation_id;
