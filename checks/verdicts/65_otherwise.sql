-- Shares of parts that are declared complete, where further parts are printed as counts: those are named too, so
-- nothing says that their shares are zero. Grain: one row per such instance.
INSERT INTO engine.otherwise BY NAME
WITH part AS (
    SELECT
        term.i,
        quantity.cell,
        block.per,
        row(block.register, block.indicator, block.ref_area, block.time_period) AS about,
        (term.i - engine.instance('cells', 0)) % (SELECT max(relation) + 1 FROM engine.member) AS relation
    FROM engine.term
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.block USING (block)
    WHERE term.i // 1000000000000000 = 1 AND NOT is_subject AND is_stated AND upper > 0
)

SELECT DISTINCT share.i
FROM part AS share
INNER JOIN part AS count
    ON share.about = count.about AND share.relation = count.relation AND share.per <> '' AND count.per = ''
LEFT JOIN part AS same ON share.i = same.i AND count.cell = same.cell
WHERE same.i IS NULL;
