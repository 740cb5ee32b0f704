-- What holds in the blocks that need no closer look. Grain: one row per rule and source.
INSERT INTO engine.plain BY NAME
WITH pattern AS (
    SELECT
        source,
        register,
        present,
        count(*) AS blocks
    FROM engine.wide
    ANTI JOIN engine.close ON wide.rowid = close.block
    GROUP BY source, register, present
)

SELECT
    rule,
    source,
    'holds' AS verdict,
    sum(blocks) AS instances
FROM pattern
INNER JOIN engine.wide_relation
    ON
        present & parts <> 0
        AND (len(registers) = 0 OR list_contains(registers, register))
        AND NOT list_contains(other_than, register)
GROUP BY rule, source
UNION ALL
SELECT
    rule,
    source,
    'holds' AS verdict,
    sum(instances) AS instances
FROM engine.link
WHERE
    instances > 0
    AND rowid NOT IN (SELECT link_block.link FROM engine.link_block SEMI JOIN engine.close USING (block))
GROUP BY rule, source
UNION ALL
SELECT
    'one_value' AS rule,
    source,
    'not_applicable' AS verdict,
    sum(blocks * bit_count(present)) AS instances
FROM pattern
WHERE 'one_value' IN (SELECT kept.rule FROM engine.kept)
GROUP BY source;
