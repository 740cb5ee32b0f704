-- What plainly holds, and was not evaluated for what fails around it. Grain: one row per rule, source and kind of
-- relation; what is to be taken off again has instances below zero.
TRUNCATE engine.plain;

INSERT INTO engine.plain BY NAME
WITH screened AS (
    SELECT
        rowid AS wide,
        source,
        register,
        present,
        present | odd AS have
    FROM engine.wide
    ANTI JOIN engine.around ON wide.rowid = around.wide
    WHERE NOT is_all
),

pattern AS (
    SELECT
        source,
        register,
        have,
        count(*) AS blocks
    FROM screened
    GROUP BY source, register, have
)

SELECT
    rule,
    source,
    'holds' AS verdict,
    sum(blocks) AS instances
FROM pattern
INNER JOIN engine.wide_relation
    ON
        have & parts <> 0 AND is_countable
        AND (len(registers) = 0 OR list_contains(registers, register))
        AND NOT list_contains(other_than, register)
GROUP BY rule, source
UNION ALL
SELECT
    rule,
    source,
    'holds' AS verdict,
    -count(*) AS instances
FROM engine.evaluated_cell
INNER JOIN screened USING (wide)
INNER JOIN engine.wide_relation
    ON
        evaluated_cell.relation = wide_relation.relation AND is_countable
        AND (len(registers) = 0 OR list_contains(registers, register))
        AND NOT list_contains(other_than, register)
GROUP BY rule, source
UNION ALL
SELECT
    split_part(rule, ',', 1) AS rule,
    source,
    'holds' AS verdict,
    sum(bit_count(plain)) AS instances
FROM engine.link
WHERE plain <> 0
GROUP BY split_part(rule, ',', 1), source
UNION ALL
SELECT
    rule,
    source,
    'holds' AS verdict,
    sum(bit_count(plain)) AS instances
FROM engine.stated_link
WHERE plain <> 0
GROUP BY rule, source
UNION ALL
SELECT
    'one_value' AS rule,
    source,
    'not_applicable' AS verdict,
    sum(bit_count(present & ~coalesce(cells, 0))) AS instances
FROM screened
LEFT JOIN engine.looked USING (wide)
WHERE 'one_value' IN (SELECT kept.rule FROM engine.kept)
GROUP BY source;
