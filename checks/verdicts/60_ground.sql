-- Which quantities stand in which relation, but for stated rules (grounding.py): those differ in their columns.

-- Within one block: the parts of a partition and their parent.
INSERT INTO engine.term BY NAME
SELECT
    engine.instance('cells', block * (SELECT max(relation) + 1 FROM engine.member) + relation) AS i,
    q,
    role
FROM engine.quantity
INNER JOIN engine.member USING (cell)
ANTI JOIN engine.outside USING (scope, q);

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
        scope
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
        rule,
        partition,
        parts,
        scope
    FROM parts_block
    INNER JOIN engine.quantity AS part ON parts_block.part = part.block
    INNER JOIN engine.quantity AS whole ON parts_block.whole = whole.block AND part.cell = whole.cell
    ANTI JOIN engine.outside AS part_outside
        ON parts_block.scope = part_outside.scope AND part.q = part_outside.q
    ANTI JOIN engine.outside AS whole_outside
        ON parts_block.scope = whole_outside.scope AND whole.q = whole_outside.q
),

instance AS (
    SELECT
        engine.instance('parts', row_number() OVER (ORDER BY whole, rule, partition, scope)) AS i,
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

-- Shares: each has its own coefficients, and so its own roles.
INSERT INTO engine.role BY NAME
SELECT
    (SELECT max(role) + 1 FROM engine.role) + 2 * share + is_base::INTEGER AS role,
    'share' AS name,
    'share_of_whole' AS rule,
    CASE WHEN NOT is_base THEN 1 WHEN isinf(high) THEN 0 ELSE -high END AS coef_high,
    CASE WHEN is_base THEN -low ELSE 1 END AS coef_low,
    CASE WHEN NOT is_base THEN 1 WHEN isinf(likely_high) THEN 0 ELSE -likely_high END AS likely_coef_high,
    CASE WHEN is_base THEN -likely_low ELSE 1 END AS likely_coef_low,
    CASE WHEN share_base IS NULL THEN 0 ELSE low * base_lower END AS low,
    CASE WHEN isinf(high) THEN 'infinity'::DOUBLE WHEN share_base IS NULL THEN 0 ELSE high * base_upper END AS high,
    is_base AS is_subject,
    FALSE AS is_partition,
    0 AS breakdown,
    0 AS partition,
    0 AS parts,
    FALSE AS is_count,
    share
FROM engine.share
CROSS JOIN (SELECT unnest([FALSE, TRUE]) AS is_base);

INSERT INTO engine.term BY NAME
SELECT
    engine.instance('share', share) AS i,
    q,
    role
FROM (
    SELECT
        share,
        block,
        cell,
        FALSE AS is_subject
    FROM engine.share
    UNION ALL
    SELECT
        share,
        base_block AS block,
        base_cell AS cell,
        TRUE AS is_subject
    FROM engine.share
    WHERE share_base IS NULL
)
INNER JOIN engine.quantity USING (block, cell)
INNER JOIN engine.role USING (share, is_subject);
