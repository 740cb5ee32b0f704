-- Under a label that stands for several members, what a cell does not print of them: one with fewer rows than another
-- of its table may lack some, and of one row nothing says that it is all, or which it is. Grain: one row per such cell.
INSERT INTO engine.quantity BY NAME
WITH row_count AS (
    SELECT
        block,
        cell,
        repeats AS breakdown,
        max(members) AS members,
        max(max(members)) OVER (PARTITION BY block, repeats) AS most
    FROM (
        SELECT
            block,
            coalesce(base, figure.cell) AS cell,
            repeats,
            source,
            count(*) AS members
        FROM engine.figure() AS figure
        LEFT JOIN engine.unnamed_cell ON figure.cell = unnamed_cell.cell
        WHERE repeats <> 'row' AND kind IN ('count', 'amount')
        GROUP BY block, coalesce(base, figure.cell), repeats, source
    )
    GROUP BY block, cell, repeats
)

SELECT
    block * (SELECT count(*) FROM engine.cell) + rest.cell AS q,
    block,
    rest.cell,
    if(is_signed, '-infinity'::DOUBLE, 0) AS lower,
    'infinity'::DOUBLE AS upper,
    lower AS likely_lower,
    upper AS likely_upper,
    FALSE AS is_stated,
    TRUE AS is_extra,
    is_whole,
    is_signed,
    FALSE AS relaxes,
    FALSE AS breaks,
    lower AS observed_lower,
    upper AS observed_upper
FROM row_count
INNER JOIN engine.block USING (block)
INNER JOIN engine.unnamed_cell ON row_count.cell = unnamed_cell.base AND row_count.breakdown = unnamed_cell.breakdown
INNER JOIN engine.cell AS rest ON unnamed_cell.cell = rest.cell AND rest.member = -1
WHERE row_count.members < greatest(row_count.most, 2);
