-- Blocks that relations connect with a failing one: all that is around it is evaluated, since it says which figure is
-- wrong. What plainly holds there is no longer only counted.
INSERT INTO engine.active_cell BY NAME
SELECT
    wide.rowid AS wide,
    relation
FROM engine.wide
SEMI JOIN engine.around ON wide.rowid = around.wide
INNER JOIN engine.wide_relation ON (present | odd) & parts <> 0
ANTI JOIN engine.evaluated_cell ON wide.rowid = evaluated_cell.wide AND wide_relation.relation = evaluated_cell.relation
WHERE NOT is_all;

INSERT INTO engine.active_link BY NAME
SELECT
    rule,
    name,
    scope,
    blocks,
    plain AS cells
FROM engine.link
WHERE plain <> 0 AND blocks[1] IN (SELECT around.wide FROM engine.around);

UPDATE engine.link SET plain = 0
WHERE plain <> 0 AND blocks[1] IN (SELECT around.wide FROM engine.around);

-- What is only plausible says nothing of what is wrong.
INSERT INTO engine.active_stated BY NAME
SELECT
    stated_link.rule,
    list(blocks[term + 1] * 64 + place ORDER BY term) AS places
FROM engine.stated_link
INNER JOIN engine.choice USING (rule, chunk)
INNER JOIN engine.kept USING (rule)
WHERE NOT is_plausible AND plain & (1::BIGINT << bit) <> 0 AND blocks[1] IN (SELECT around.wide FROM engine.around)
GROUP BY stated_link.rowid, stated_link.rule, bit;

UPDATE engine.stated_link SET plain = 0
WHERE
    plain <> 0 AND blocks[1] IN (SELECT around.wide FROM engine.around)
    AND rule IN (
        SELECT kept.rule FROM engine.kept
        WHERE NOT is_plausible
    );

UPDATE engine.looked SET fresh = 0;

INSERT INTO engine.looked BY NAME
SELECT
    wide.rowid AS wide,
    register,
    indicator,
    ref_area,
    time_period,
    is_all,
    0 AS cells
FROM engine.wide
SEMI JOIN engine.around ON wide.rowid = around.wide
ANTI JOIN engine.looked ON wide.rowid = looked.wide;

UPDATE engine.looked
SET fresh = ~cells & every, cells = cells | every
FROM (SELECT bit_or(1::BIGINT << place) AS every FROM engine.wide_cell)
WHERE wide IN (SELECT around.wide FROM engine.around);

-- Only what is named is added to what was evaluated.
UPDATE engine.block SET is_all = FALSE, is_uniform = TRUE;
