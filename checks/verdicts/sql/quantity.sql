-- Grain: one row per quantity: stated ones, and unstated ones that a stated one is part of (any count, [0, oo)).
CREATE OR REPLACE TEMP TABLE c_share_term AS
SELECT
    c_share.*,
    part_block.block AS block,
    part_cell.cell AS cell,
    whole_block.block AS base_block,
    whole_cell.cell AS base_cell
FROM c_share
INNER JOIN c_block AS part_block USING (register, indicator, ref_area, time_period)
INNER JOIN c_cell AS part_cell USING (sex, age, citizenship, exploitation, means)
INNER JOIN c_block AS whole_block
    ON
        base_register = whole_block.register AND base_indicator = whole_block.indicator
        AND base_ref_area = whole_block.ref_area AND base_time_period = whole_block.time_period
INNER JOIN c_cell AS whole_cell
    ON
        base_sex = whole_cell.sex AND base_age = whole_cell.age AND base_citizenship = whole_cell.citizenship
        AND base_exploitation = whole_cell.exploitation AND base_means = whole_cell.means;

CREATE OR REPLACE TEMP TABLE c_latent AS
WITH named AS (
    SELECT block, cell FROM c_stated
    UNION ALL
    SELECT block, cell FROM c_share_term
    UNION ALL
    SELECT base_block, base_cell FROM c_share_term
)

SELECT block, cell
FROM (
    SELECT DISTINCT block, ancestor AS cell FROM named INNER JOIN c_ancestor USING (cell)
    UNION
    SELECT block, cell FROM c_share_term
    UNION
    SELECT base_block, base_cell FROM c_share_term
)
ANTI JOIN c_stated USING (block, cell);

CREATE OR REPLACE TEMP TABLE c_quantity AS
SELECT
    block * getvariable('cells') + cell AS q,
    *,
    NULL::BIGINT AS lower_by,
    NULL::BIGINT AS upper_by,
    lower AS observed_lower,
    upper AS observed_upper
FROM (
    SELECT
        block,
        cell,
        if(most_low > least_high, least_low, most_low) AS lower,
        if(most_low > least_high, most_high, least_high) AS upper,
        if(likely_most_low > likely_least_high, lower, greatest(likely_most_low, lower)) AS likely_lower,
        if(likely_most_low > likely_least_high, upper, least(likely_least_high, upper)) AS likely_upper,
        TRUE AS is_stated,
        relaxes,
        breaks,
        complete,
        source_first,
        source_last
    FROM c_stated
    UNION ALL
    SELECT block, cell, 0::DOUBLE, 'infinity'::DOUBLE, 0::DOUBLE, 'infinity'::DOUBLE, FALSE, FALSE, FALSE, NULL, NULL, NULL FROM c_latent
);
