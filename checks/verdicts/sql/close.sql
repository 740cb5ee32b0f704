-- The tables of figures to look at closely, by row of c_wide: those where something does not plainly hold.
CREATE OR REPLACE TEMP TABLE c_link_block AS
SELECT rowid AS link, unnest(blocks) AS block
FROM c_link;

CREATE OR REPLACE TEMP TABLE c_close AS
SELECT rowid AS block
FROM c_wide
WHERE source IS NULL OR is_settled IS NOT TRUE
UNION
SELECT unnest(blocks)
FROM c_link
WHERE NOT holds;
