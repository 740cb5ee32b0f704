-- Grain: one row per published figure in force, with where it comes from.
CREATE OR REPLACE VIEW figure AS
SELECT
    observation.observation_id,
    observation.source,
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
    observation.obs_status,
    observation.locator,
    observation.said_by,
    source.title,
    source.publisher,
    source.url,
    observation.published,
    observation.vintage,
    observation.snapshot,
    observation.known_from,
    correction.reason AS corrected_because,
    observation.position,
    observation.anchor,
    figure_finding.findings IS NOT NULL AS is_contradicted,
    coalesce(figure_finding.findings, '') AS findings,
    coalesce(figure_tally.restated > 0, FALSE) AS is_restated
FROM observation
INNER JOIN block USING (block)
INNER JOIN cell USING (cell)
INNER JOIN source ON observation.source = source.source
LEFT JOIN correction
    ON
        observation.source = correction.source AND observation.locator = correction.locator
        AND observation.says = correction.becomes || ' [printed: ' || correction.was || ']'
LEFT JOIN figure_tally ON observation.observation_id = figure_tally.observation_id
LEFT JOIN figure_finding ON observation.observation_id = figure_finding.observation_id
WHERE observation.vintage_to IS NULL;

COMMENT ON VIEW figure IS
'One row per published figure in force, with its full provenance';
COMMENT ON COLUMN figure.says IS
'The printed words; of a corrected figure, what stands in their place, and they themselves in brackets';
