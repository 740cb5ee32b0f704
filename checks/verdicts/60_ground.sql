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

-- The parts of an area: of tables that are evaluated in full, and what the screen related. Where some part is not
-- stated, the rest may fill the sum.
INSERT INTO engine.term BY NAME
WITH parts_block AS (
    SELECT
        part_block.block AS part,
        whole_block.block AS whole,
        engine.area_rule(is_each, part_block.over_areas) AS rule,
        partition,
        parts,
        scope
    FROM (
        SELECT * FROM engine.block
        WHERE is_all
    ) AS whole_block
    INNER JOIN engine.region ON whole_block.ref_area = region.whole
    INNER JOIN engine.block AS part_block
        ON
            region.part = part_block.ref_area AND whole_block.per = part_block.per
            AND whole_block.register = part_block.register
            AND whole_block.indicator = part_block.indicator AND whole_block.time_period = part_block.time_period
    WHERE part_block.over_areas <> 'none'
),

linked_block AS (
    SELECT
        part_block.block AS part,
        whole_block.block AS whole,
        rule,
        partition,
        parts,
        scope,
        cells
    FROM (
        SELECT
            rule,
            name AS partition,
            scope,
            cells,
            blocks[1] AS whole,
            unnest(blocks[2:]) AS part
        FROM engine.active_link
        WHERE scope IS NOT NULL
    ) AS link
    INNER JOIN (
        SELECT * FROM engine.block
        WHERE NOT is_all
    ) AS whole_block ON link.whole = whole_block.wide
    INNER JOIN engine.wide_block AS part_block ON link.part = part_block.wide
    INNER JOIN (
        SELECT DISTINCT
            region.whole AS ref_area,
            partition,
            parts,
            scope
        FROM engine.region
    ) AS region USING (ref_area, partition, scope)
),

parts_quantity AS (
    SELECT
        part.q AS part,
        whole.q AS whole,
        rule,
        partition,
        parts,
        scope
    FROM parts_block
    INNER JOIN engine.quantity AS part ON parts_block.part = part.block
    INNER JOIN engine.quantity AS whole ON parts_block.whole = whole.block AND part.cell = whole.cell
    UNION ALL
    SELECT
        part.q AS part,
        whole.q AS whole,
        rule,
        partition,
        parts,
        scope
    FROM (
        SELECT
            linked_block.*,
            engine.quantity_of(part, cell) AS part_q,
            engine.quantity_of(whole, cell) AS whole_q
        FROM linked_block
        INNER JOIN engine.wide_cell ON cells & (1::BIGINT << place) <> 0
    ) AS linked
    INNER JOIN engine.quantity AS part ON linked.part_q = part.q
    INNER JOIN engine.quantity AS whole ON linked.whole_q = whole.q
),

instance AS (
    SELECT
        engine.next('parts', row_number() OVER (ORDER BY whole, rule, partition, scope)) AS i,
        whole,
        rule,
        list(part ORDER BY part) AS part,
        if(count(*) < any_value(parts), ', rest', '') AS rest
    FROM parts_quantity
    ANTI JOIN engine.outside AS part_outside
        ON parts_quantity.scope = part_outside.scope AND parts_quantity.part = part_outside.q
    ANTI JOIN engine.outside AS whole_outside
        ON parts_quantity.scope = whole_outside.scope AND parts_quantity.whole = whole_outside.q
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
