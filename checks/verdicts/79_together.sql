-- Groups that cannot be true together, or not as readers expect, though each relation can be. What is in the smallest
-- conflict of each is found later (84_together.sql).
INSERT INTO engine.finding BY NAME
SELECT
    engine.instance('together', number) AS i,
    '' AS finding,
    'together' AS rule,
    verdict,
    '' AS source,
    quantities[1] AS q,
    0 AS gap,
    '' AS observations,
    quantities
FROM engine.together
WHERE verdict IN ('fails', 'doubtful');
