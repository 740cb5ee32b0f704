-- Names, relations and claims of all connected groups at once, so that each group is read without a search.
INSERT INTO engine.group_quantity BY NAME
SELECT
    component,
    q,
    name,
    named.is_whole,
    named.is_signed
FROM engine.named() AS named
INNER JOIN engine.component USING (q);

-- Relations, shares left out.
INSERT INTO engine.group_relation BY NAME
SELECT
    component,
    i,
    rule,
    quantities,
    coefficients,
    floor_ AS low,
    ceiling_ AS high
FROM (
    SELECT
        i,
        any_value(component) AS component,
        list(q ORDER BY q) AS quantities,
        list(coef_high ORDER BY q) AS coefficients
    FROM engine.term
    INNER JOIN engine.component USING (q)
    INNER JOIN engine.role USING (role)
    ANTI JOIN engine.settled USING (i)
    GROUP BY i
)
INNER JOIN engine.range USING (i)
WHERE rule <> 'share_of_whole'
UNION ALL
-- The whole of shares is all of itself.
SELECT DISTINCT
    component,
    engine.instance('whole', q) AS i,
    'share_of_whole' AS rule,
    [q] AS quantities,
    [1] AS coefficients,
    100 AS low,
    100 AS high
FROM engine.share_whole()
INNER JOIN engine.quantity USING (block, cell)
INNER JOIN engine.component USING (q);

-- Claims: figures that add up, then shares. A share of one printed figure is a count.
INSERT INTO engine.group_claim BY NAME
WITH printed AS MATERIALIZED (
    SELECT
        observation_id,
        unit,
        qualifier,
        says,
        locator,
        published,
        coalesce(computed_from, '') AS computed_from
    FROM engine.given()
    SEMI JOIN (
        SELECT figure.observation_id
        FROM engine.component
        INNER JOIN engine.quantity USING (q)
        INNER JOIN engine.figure() AS figure USING (block, cell)
        UNION ALL
        SELECT share.observation_id FROM engine.share
    ) AS wanted USING (observation_id)
)

SELECT
    component,
    observation_id,
    q,
    coalesce(repeated.lower, figure.lower) AS lower,
    coalesce(repeated.upper, figure.upper) AS upper,
    coalesce(repeated.lower, figure.likely_lower) AS likely_lower,
    coalesce(repeated.upper, figure.likely_upper) AS likely_upper,
    qualifier,
    NULL AS base,
    NULL AS stated_of,
    says,
    locator,
    figure.source,
    published,
    coalesce(shift > 0, FALSE) AS is_growth,
    block.per LIKE 'percent|%' AS is_percent,
    NULL AS per,
    computed_from
FROM engine.component
INNER JOIN engine.quantity USING (q)
INNER JOIN engine.block USING (block)
INNER JOIN engine.figure() AS figure USING (block, cell)
INNER JOIN printed USING (observation_id)
INNER JOIN engine.unit ON printed.unit = unit.unit
LEFT JOIN engine.repeated
    ON
        quantity.block = repeated.block AND quantity.cell = repeated.cell AND figure.repeats IS NOT NULL
        AND repeated.source IS NOT DISTINCT FROM if(figure.repeats = 'row', figure.source, NULL)
WHERE figure.kind IN ('count', 'amount')
UNION ALL
SELECT
    component,
    observation_id,
    part.q,
    low * coalesce(base_lower, 1) AS lower,
    high * coalesce(base_upper, 1) AS upper,
    likely_low * coalesce(base_lower, 1) AS likely_lower,
    likely_high * coalesce(base_upper, 1) AS likely_upper,
    qualifier,
    base.q AS base,
    share.share_base AS stated_of,
    says,
    locator,
    share.source,
    published,
    shift > 0 AS is_growth,
    FALSE AS is_percent,
    if(unit.kind = 'rate', scale, NULL) AS per,
    computed_from
FROM engine.share
INNER JOIN engine.quantity AS part ON share.block = part.block AND share.cell = part.cell
INNER JOIN engine.component ON part.q = component.q
INNER JOIN printed USING (observation_id)
INNER JOIN engine.unit USING (unit)
LEFT JOIN engine.quantity AS base
    ON share.share_base IS NULL AND share.base_block = base.block AND share.base_cell = base.cell;

-- What fails in each group, and what it is about: a relation, a share, or a quantity stated in several ways.
INSERT INTO engine.group_finding BY NAME
SELECT
    component,
    i,
    finding,
    share.observation_id AS share,
    if(rule = 'one_value', quantities[1], NULL) AS q,
    observations
FROM engine.finding
INNER JOIN engine.finding_component USING (i)
LEFT JOIN engine.share ON i = engine.instance('share', share.share)
WHERE verdict = 'fails';
