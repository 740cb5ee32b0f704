-- Two ways to divide a whole that nobody states, whose sums differ: nothing says which is complete, so it is open, with
-- both sums shown. Grain: one row per instance, the one whose parts come to more.
INSERT INTO engine.rival BY NAME
WITH parts AS (
    SELECT
        term.i,
        max(q) FILTER (is_subject) AS whole,
        list_sum(list(observed_lower ORDER BY q) FILTER (NOT is_subject)) AS lower,
        list_sum(list(observed_upper ORDER BY q) FILTER (NOT is_subject)) AS upper,
        list(q ORDER BY q) FILTER (NOT is_subject) AS quantities
    FROM engine.term
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    SEMI JOIN (
        SELECT i FROM engine.range
        WHERE verdict = 'open' AND has_part AND NOT has_whole AND i // 1000000000000000 = 1
    ) AS undecided ON term.i = undecided.i
    WHERE role.low = 0
    GROUP BY term.i
    HAVING count(*) FILTER (NOT is_subject AND is_stated) > 1
)

SELECT
    arg_max(i, (lower, -i)) AS i,
    min(upper) AS upper,
    arg_min(lower, (upper, i)) AS lower,
    arg_min(quantities, (upper, i)) AS quantities
FROM parts
GROUP BY whole
HAVING max(lower) > min(upper);

UPDATE engine.range
SET has_whole = TRUE
WHERE i IN (SELECT rival.i FROM engine.rival);
