-- The quantities that a scoped partition leaves out: those of other registers, and those stated by other sources only.
INSERT INTO engine.outside BY NAME
WITH stated_by AS (
    SELECT
        block,
        cell,
        list(DISTINCT source) AS sources
    FROM engine.figure()
    WHERE
        kind IN ('count', 'amount') AND EXISTS (
            SELECT scope.scope FROM engine.scope
            WHERE len(scope.sources) > 0
        )
    GROUP BY block, cell
),

related AS (
    SELECT DISTINCT
        scope,
        cell
    FROM engine.member
    WHERE scope > 0
    UNION
    SELECT
        region.scope,
        cell.cell
    FROM engine.region
    CROSS JOIN engine.cell
    WHERE region.scope > 0
)

SELECT
    related.scope,
    q
FROM engine.quantity
INNER JOIN related USING (cell)
INNER JOIN engine.scope ON related.scope = scope.scope
INNER JOIN engine.block USING (block)
LEFT JOIN stated_by ON quantity.block = stated_by.block AND quantity.cell = stated_by.cell
ANTI JOIN engine.outside USING (q)
WHERE
    len(registers) > 0 AND NOT list_contains(registers, register)
    OR list_contains(other_than, register)
    OR len(scope.sources) > 0 AND is_stated AND NOT list_has_any(scope.sources, stated_by.sources);
