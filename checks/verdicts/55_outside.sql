-- The quantities that a scoped partition leaves out: those of other registers, and those stated by other sources only.
INSERT INTO engine.outside BY NAME
WITH stated_by AS (
    SELECT
        block,
        cell,
        list(DISTINCT source) AS sources
    FROM engine.figure()
    WHERE kind IN ('count', 'amount')
    GROUP BY block, cell
)

SELECT
    scope,
    q
FROM engine.quantity
INNER JOIN engine.block USING (block)
LEFT JOIN stated_by USING (block, cell)
CROSS JOIN engine.scope
ANTI JOIN engine.outside USING (q)
WHERE
    len(registers) > 0 AND NOT list_contains(registers, register)
    OR list_contains(other_than, register)
    OR len(scope.sources) > 0 AND is_stated AND NOT list_has_any(scope.sources, stated_by.sources);
