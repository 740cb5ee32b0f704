-- Which blocks of `wide` are parts of which over time.
INSERT INTO engine.kind BY NAME
SELECT
    number AS kind,
    rule,
    kinds AS name,
    if(rule LIKE 'periods_make%' OR rule = 'period_is_period', 0, '-infinity'::DOUBLE) AS low
FROM engine.tiling
WHERE split_part(rule, ',', 1) IN (SELECT kept.rule FROM engine.kept);

INSERT INTO engine.pair BY NAME
SELECT
    kind,
    whole.rowid AS whole,
    part.rowid AS part
FROM (
    SELECT
        kind,
        whole,
        unnest(parts) AS part,
        register,
        indicator,
        ref_area
    FROM engine.kind
    INNER JOIN engine.tiling ON kind.kind = tiling.number
    INNER JOIN engine.timeline USING (pattern, over_time)
) AS tile
INNER JOIN engine.wide AS whole
    ON
        tile.whole = whole.time_period AND tile.register = whole.register
        AND tile.indicator = whole.indicator AND tile.ref_area = whole.ref_area
INNER JOIN engine.wide AS part
    ON
        tile.part = part.time_period AND tile.register = part.register
        AND tile.indicator = part.indicator AND tile.ref_area = part.ref_area;
