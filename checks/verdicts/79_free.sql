-- Relations that bounds alone leave open, by the quantities in them that are not pinned to one number: what holds, or
-- has but one such quantity, is decided, where the propagation of bounds came to its end. Grain: one row per relation
-- and such a quantity; where that has not come to its end and all are pinned, any quantity in it.
INSERT INTO engine.free BY NAME
WITH undecided AS (
    SELECT i FROM engine.range
    ANTI JOIN engine.settled USING (i)
    WHERE verdict IN ('open', 'doubtful')
),

pair AS (
    SELECT
        i,
        q
    FROM engine.loose
    SEMI JOIN (
        SELECT q FROM engine.quantity
        WHERE lower < upper
    ) AS apart USING (q)
    SEMI JOIN undecided USING (i)
)

SELECT
    i,
    q
FROM pair
WHERE
    i IN (
        SELECT pair.i FROM pair
        GROUP BY pair.i
        HAVING count(*) > 1
    )
    OR i IN (SELECT unsettled.i FROM engine.unsettled)
UNION ALL
SELECT
    i,
    q
FROM engine.term
SEMI JOIN engine.unsettled USING (i)
SEMI JOIN undecided USING (i)
ANTI JOIN pair USING (i);
