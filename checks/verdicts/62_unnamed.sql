-- Rows under one label that stands for several members: each is a quantity of its own. Where a relation is about all
-- that has the label, they are added; where each part by itself is at most its whole, so is each of them.
INSERT INTO engine.term BY NAME
WITH more AS (
    SELECT
        term.i,
        extra.q,
        term.role,
        unnamed_cell.breakdown,
        role.rule,
        role.is_subject
    FROM engine.term
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.unnamed_cell ON quantity.cell = unnamed_cell.base
    INNER JOIN engine.quantity AS extra ON quantity.block = extra.block AND unnamed_cell.cell = extra.cell
),

apart AS (
    SELECT
        engine.instance('unnamed', row_number() OVER (ORDER BY more.i, q)) AS i,
        more.i AS like_i,
        q,
        role
    FROM more
    SEMI JOIN engine.each_rule USING (rule, breakdown)
    WHERE NOT is_subject
)

SELECT
    i,
    q,
    role
FROM more
ANTI JOIN apart ON more.i = apart.like_i AND more.q = apart.q
UNION ALL
SELECT
    i,
    q,
    role
FROM apart
UNION ALL
SELECT
    apart.i,
    term.q,
    term.role
FROM apart
INNER JOIN engine.term ON apart.like_i = term.i
INNER JOIN engine.role ON term.role = role.role
WHERE role.is_subject;
