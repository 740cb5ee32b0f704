-- The blocks to look at closely, by row of `wide`: those where something does not plainly hold.
INSERT INTO engine.link_block BY NAME
SELECT
    rowid AS link,
    unnest(blocks) AS block
FROM engine.link;

INSERT INTO engine.close BY NAME
SELECT rowid AS block
FROM engine.wide
WHERE source IS NULL OR is_settled IS NOT TRUE
UNION
SELECT unnest(blocks) AS block
FROM engine.link
WHERE NOT holds;
