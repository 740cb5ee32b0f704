-- What is to be looked at closely: the quantities of all relations to evaluate, and those that are not exact.
INSERT INTO engine.needed BY NAME
SELECT
    rowid AS wide,
    if(is_all, -1, odd) AS cells
FROM engine.wide
WHERE is_all OR odd <> 0
UNION ALL
SELECT
    wide,
    wide_relation.cells
FROM engine.active_cell
INNER JOIN engine.wide_relation USING (relation)
UNION ALL
SELECT
    unnest(blocks) AS wide,
    active AS cells
FROM engine.link
WHERE active <> 0
UNION ALL
SELECT
    blocks[term + 1] AS wide,
    1::BIGINT << place AS cells
FROM engine.stated_link
INNER JOIN engine.choice USING (rule, chunk)
WHERE active & (1::BIGINT << bit) <> 0;

-- A rule that compares unlike cells may compare a rare one with any other.
INSERT INTO engine.needed BY NAME
WITH compared AS (
    SELECT
        blocks,
        unnest(blocks) AS wide
    FROM engine.stated_link
    WHERE active <> 0 AND rule IN (
        SELECT choice.rule FROM engine.choice
        GROUP BY choice.rule, choice.chunk, choice.bit
        HAVING min(choice.place) < max(choice.place)
    )
)

SELECT
    unnest(blocks) AS wide,
    -1 AS cells
FROM compared
INNER JOIN engine.wide ON compared.wide = wide.rowid
WHERE is_all;

INSERT INTO engine.wide_block BY NAME
SELECT
    rowid AS wide,
    row_number() OVER (ORDER BY register, indicator, ref_area, time_period) - 1 AS block
FROM engine.wide
WHERE
    rowid IN (SELECT needed.wide FROM engine.needed)
    OR EXISTS (SELECT link.rule FROM engine.link)
    OR EXISTS (SELECT stated_link.rule FROM engine.stated_link);

INSERT INTO engine.looked BY NAME
SELECT
    wide.rowid AS wide,
    register,
    indicator,
    ref_area,
    time_period,
    is_all,
    needed.cells,
    needed.cells AS fresh
FROM (
    SELECT
        wide,
        bit_or(cells) AS cells
    FROM engine.needed
    GROUP BY wide
) AS needed
INNER JOIN engine.wide ON needed.wide = wide.rowid;

INSERT INTO engine.active_link BY NAME
SELECT
    rule,
    name,
    scope,
    blocks,
    active AS cells
FROM engine.link
WHERE active <> 0;

INSERT INTO engine.active_stated BY NAME
SELECT
    stated_link.rule,
    list(blocks[term + 1] * 64 + place ORDER BY term) AS places
FROM engine.stated_link
INNER JOIN engine.choice USING (rule, chunk)
WHERE active & (1::BIGINT << bit) <> 0
GROUP BY stated_link.rowid, stated_link.rule, bit;

INSERT INTO engine.evaluated_cell FROM engine.active_cell;
