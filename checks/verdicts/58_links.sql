-- The same of what the screen related, of all cells at once.
INSERT INTO engine.period_relation BY NAME
WITH line AS (
    SELECT
        any_value(rule) AS rule,
        any_value(name) AS kinds,
        any_value(cells) AS cells,
        any_value(whole_block.block) AS whole,
        list(part_block.block ORDER BY part_block.block) AS parts
    FROM (
        SELECT
            rowid AS link,
            rule,
            name,
            cells,
            blocks[1] AS whole,
            unnest(blocks[2:]) AS part
        FROM engine.active_link
        WHERE scope IS NULL
    ) AS tile
    INNER JOIN engine.wide_block AS whole_block ON tile.whole = whole_block.wide
    INNER JOIN engine.wide_block AS part_block ON tile.part = part_block.wide
    GROUP BY link
)

SELECT
    whole * width + cell AS whole_q,
    rule,
    kinds,
    list_transform(parts, LAMBDA part: part * width + cell) AS parts
FROM line
CROSS JOIN (SELECT count(*) AS width FROM engine.cell)
INNER JOIN engine.wide_cell ON cells & (1::BIGINT << place) <> 0;
