-- Grain: one row per figure of a connected group: counts, then shares. A share of one printed figure is told as counts.
CREATE OR REPLACE TEMP TABLE c_group_claim AS
SELECT
    component,
    observation_id,
    q,
    lower,
    upper,
    likely_lower,
    likely_upper,
    qualifier,
    NULL::BIGINT AS base,
    NULL::VARCHAR AS stated_of,
    says,
    locator,
    source
FROM c_observation
INNER JOIN c_block USING (register, indicator, ref_area, time_period)
INNER JOIN c_cell USING (sex, age, citizenship, exploitation, means)
INNER JOIN (
    SELECT component, q, block, cell
    FROM c_quantity
    INNER JOIN c_component USING (q)
) USING (block, cell)
WHERE unit IN ('persons', 'count')
UNION ALL
SELECT
    component,
    observation_id,
    part.q,
    low * coalesce(base_lower, 1),
    high * coalesce(base_upper, 1),
    likely_low * coalesce(base_lower, 1),
    likely_high * coalesce(base_upper, 1),
    qualifier,
    base.q,
    c_share_term.share_base,
    says,
    locator,
    c_share_term.source
FROM c_share_term
INNER JOIN c_quantity AS part ON c_share_term.block = part.block AND c_share_term.cell = part.cell
INNER JOIN c_component ON part.q = c_component.q
INNER JOIN (SELECT observation_id, qualifier, says, locator FROM c_observation) USING (observation_id)
LEFT JOIN c_quantity AS base
    ON
        c_share_term.share_base IS NULL
        AND c_share_term.base_block = base.block
        AND c_share_term.base_cell = base.cell
