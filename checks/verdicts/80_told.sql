-- What shares say of each other already is not told once more of the counts that they give: the whole is not to blame.
-- Whether it contradicts without these shares too is asked later (told.py). Grain: one row per pair of findings.
INSERT INTO engine.told BY NAME
WITH certain AS MATERIALIZED (
    SELECT *
    FROM engine.finding
    WHERE verdict IN ('fails', 'doubtful')
)

SELECT DISTINCT
    count.i,
    count.verdict,
    string_split(count.observations, ' ') AS observations,
    string_split(share.observations, ' ') AS shares
FROM certain AS count
INNER JOIN certain AS share
    ON
        count.i <> share.i AND (count.rule = share.rule OR share.verdict = 'fails')
        AND list_has_all(string_split(count.observations, ' '), string_split(share.observations, ' '))
INNER JOIN engine.quantity AS count_quantity ON count.q = count_quantity.q
INNER JOIN engine.block AS count_block ON count_quantity.block = count_block.block
INNER JOIN engine.quantity AS share_quantity ON share.q = share_quantity.q
INNER JOIN engine.block AS share_block ON share_quantity.block = share_block.block
WHERE
    count_block.per = '' AND share_block.per <> ''
    AND (share.verdict = 'fails' OR count.verdict = 'doubtful');
