-- Printed figures that hold in some relation, to find examples of rules among: of so many blocks, those in no
-- contradiction first. Grain: one row per figure.
SELECT
    observation.observation_id,
    observation.source,
    observation.locator,
    observation.says,
    observation.lower,
    observation.upper,
    observation.unit,
    observation.share_of,
    observation.share_base,
    block.* EXCLUDE (block),
    cell.* EXCLUDE (cell)
FROM observation
INNER JOIN block ON observation.block = block.block
INNER JOIN cell ON observation.cell = cell.cell
INNER JOIN figure_tally USING (observation_id)
WHERE
    observation.vintage_to IS NULL AND figure_tally.holds > 0 AND figure_tally.restated = 0
    AND observation.observation_id NOT IN (SELECT unnest($withheld::VARCHAR[]))
    AND observation.block IN (
        SELECT block.block
        FROM block
        ORDER BY block.block
        LIMIT $blocks
    )
ORDER BY figure_tally.fails + figure_tally.doubtful > 0 ASC, observation.lower DESC, observation.observation_id ASC
LIMIT $most;
