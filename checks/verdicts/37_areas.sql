-- Which blocks of `wide` are parts of which by their areas. Whether a partition holds in a block's register or for a
-- source is not looked at here.
TRUNCATE engine.kind;
TRUNCATE engine.pair;

INSERT INTO engine.kind BY NAME
SELECT
    row_number() OVER (ORDER BY rule, name, scope) AS kind,
    rule,
    name,
    scope,
    if(scope > 0, 'infinity'::DOUBLE, if(rule = 'regions_make_country', 0, '-infinity'::DOUBLE)) AS low
FROM (
    SELECT DISTINCT
        partition AS name,
        scope,
        engine.area_rule(is_each, over_areas) AS rule
    FROM engine.region
    CROSS JOIN engine.indicator
)
WHERE rule IN (SELECT kept.rule FROM engine.kept);

INSERT INTO engine.pair BY NAME
SELECT
    kind,
    whole.rowid AS whole,
    part.rowid AS part
FROM engine.region
CROSS JOIN engine.indicator
INNER JOIN engine.kind
    ON
        region.partition = kind.name AND region.scope = kind.scope
        AND engine.area_rule(is_each, over_areas) = kind.rule
INNER JOIN engine.wide AS part ON region.part = part.ref_area AND indicator.indicator = part.indicator
INNER JOIN engine.wide AS whole
    ON
        region.whole = whole.ref_area AND part.register = whole.register
        AND part.indicator = whole.indicator AND part.time_period = whole.time_period;
