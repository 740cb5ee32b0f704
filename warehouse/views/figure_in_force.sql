-- Grain: one row per published figure in force, in the columns of the contract: what the rules are asked of.
CREATE OR REPLACE VIEW figure_in_force AS
SELECT
    observation.observation_id,
    observation.source,
    observation.vintage,
    observation.snapshot,
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    cell.* EXCLUDE (cell),
    observation.unit,
    observation.says,
    observation.value,
    observation.lower,
    observation.upper,
    observation.likely_lower,
    observation.likely_upper,
    observation.qualifier,
    observation.share_of,
    observation.share_base,
    observation.complete,
    observation.obs_status,
    observation.locator,
    observation.said_by,
    observation.published,
    observation.series,
    observation.repeats,
    observation.computed_from
FROM observation
INNER JOIN block USING (block)
INNER JOIN cell USING (cell)
WHERE observation.vintage_to IS NULL;

COMMENT ON VIEW figure_in_force IS
'One row per published figure in force, in the columns of the contract: what the rules are asked of';
