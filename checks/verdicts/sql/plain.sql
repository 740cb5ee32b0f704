-- What holds in the tables of figures that need no closer look. Grain: one row per rule and source.
INSERT INTO c_plain
WITH pattern AS (
    SELECT source, present, count(*) AS blocks
    FROM c_wide
    ANTI JOIN c_close ON c_wide.rowid = c_close.block
    GROUP BY source, present
)

SELECT rule, source, 'holds', sum(blocks)
FROM pattern
INNER JOIN c_wide_relation ON present & parts <> 0
GROUP BY rule, source
UNION ALL
SELECT rule, source, 'holds', sum(instances)
FROM c_link
WHERE instances > 0 AND rowid NOT IN (SELECT link FROM c_link_block SEMI JOIN c_close USING (block))
GROUP BY rule, source
UNION ALL
SELECT 'one_value', source, 'not_applicable', sum(blocks * bit_count(present))
FROM pattern
WHERE 'one_value' IN (SELECT rule FROM c_kept)
GROUP BY source;
