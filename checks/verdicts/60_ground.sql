-- Which quantities stand in which relation, but for stated rules (grounding.py): those differ in their columns.

-- Within one block: the parts of a partition and their parent.
INSERT INTO engine.term BY NAME
SELECT
    engine.instance('cells', block.block * (SELECT max(relation) + 1 FROM engine.member) + member.relation) AS i,
    q,
    role
FROM engine.quantity
INNER JOIN engine.member USING (cell)
INNER JOIN engine.block USING (block)
LEFT JOIN engine.active_cell ON block.wide = active_cell.wide AND member.relation = active_cell.relation
ANTI JOIN engine.outside ON member.scope = outside.scope AND quantity.q = outside.q
WHERE is_all OR active_cell.wide IS NOT NULL;

-- A parent without any part says nothing, nor do parts without their parent.
DELETE FROM engine.term
WHERE i IN (
    SELECT term.i
    FROM engine.term
    INNER JOIN engine.role USING (role)
    GROUP BY term.i
    HAVING count(*) < 2 OR NOT bool_or(is_subject)
);

-- The parts of an area. Where some part is not stated, the rest may fill the sum.
INSERT INTO engine.term BY NAME
WITH parts_block AS (
    SELECT
        part_block.block AS part,
        whole_block.block AS whole,
        CASE
            WHEN is_each THEN 'regions_each_at_most_country'
            WHEN part_block.over_areas = 'sum' THEN 'regions_make_country'
            ELSE 'regions_at_most_country'
        END AS rule,
        partition,
        parts,
        scope,
        whole_block.wide,
        whole_block.is_all
    FROM engine.region
    INNER JOIN engine.block AS part_block ON region.part = part_block.ref_area
    INNER JOIN engine.block AS whole_block
        ON
            region.whole = whole_block.ref_area AND part_block.per = whole_block.per
            AND part_block.register = whole_block.register
            AND part_block.indicator = whole_block.indicator AND part_block.time_period = whole_block.time_period
    WHERE part_block.over_areas <> 'none'
),

parts_quantity AS (
    SELECT DISTINCT
        part.q AS part,
        whole.q AS whole,
        parts_block.rule,
        partition,
        parts,
        parts_block.scope
    FROM parts_block
    INNER JOIN engine.quantity AS part ON parts_block.part = part.block
    INNER JOIN engine.quantity AS whole ON parts_block.whole = whole.block AND part.cell = whole.cell
    LEFT JOIN engine.wide_cell ON whole.cell = wide_cell.cell
    LEFT JOIN engine.active_link
        ON
            parts_block.wide = active_link.blocks[1] AND parts_block.partition = active_link.name
            AND parts_block.scope = active_link.scope AND active_link.cells & (1::BIGINT << wide_cell.place) <> 0
    ANTI JOIN engine.outside AS part_outside
        ON parts_block.scope = part_outside.scope AND part.q = part_outside.q
    ANTI JOIN engine.outside AS whole_outside
        ON parts_block.scope = whole_outside.scope AND whole.q = whole_outside.q
    WHERE is_all OR active_link.rule IS NOT NULL
),

instance AS (
    SELECT
        engine.next('parts', row_number() OVER (ORDER BY whole, rule, partition, scope)) AS i,
        whole,
        rule,
        list(part ORDER BY part) AS part,
        if(count(*) < any_value(parts), ', rest', '') AS rest
    FROM parts_quantity
    GROUP BY whole, rule, partition, scope
)

SELECT
    i,
    q,
    role
FROM (
    SELECT
        i,
        unnest(part) AS q,
        rule || ' part' || rest AS name
    FROM instance
    UNION ALL
    SELECT
        i,
        whole AS q,
        rule || ' whole' || rest AS name
    FROM instance
)
INNER JOIN engine.role USING (name);
