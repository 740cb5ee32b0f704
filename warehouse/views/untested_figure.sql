-- Grain: one row per figure in force that the last check evaluated and that is in no relation, with the reason.
CREATE OR REPLACE VIEW untested_figure AS
WITH untested AS (
    SELECT
        observation.observation_id,
        observation.source,
        observation.block,
        observation.cell,
        observation.unit
    FROM figure_tally
    INNER JOIN observation USING (observation_id)
    WHERE vintage_to IS NULL AND holds + fails + doubtful + restated + open = 0
),

no_partition AS (
    SELECT DISTINCT untested.observation_id
    FROM untested
    INNER JOIN cell_code ON untested.cell = cell_code.cell
    ANTI JOIN code AS part
        ON cell_code.breakdown = part.list AND cell_code.code = part.code AND part.partition IS NOT NULL
)

SELECT
    untested.observation_id,
    untested.source,
    CASE
        WHEN
            untested.unit NOT IN (
                SELECT unit.code
                FROM code AS unit
                WHERE unit.list = 'unit' AND unit.kind IN ('count', 'amount', 'share')
            )
            THEN 'unit'
        WHEN block.time_period = '_U' THEN 'period'
        WHEN no_partition.observation_id IS NOT NULL THEN 'partition'
        WHEN untested.cell IN (SELECT cell_code.cell FROM cell_code) THEN 'total'
        ELSE 'alone'
    END AS reason
FROM untested
INNER JOIN block USING (block)
LEFT JOIN no_partition ON untested.observation_id = no_partition.observation_id;

COMMENT ON VIEW untested_figure IS
'One row per figure in force that no relation tests';
COMMENT ON COLUMN untested_figure.reason IS
'unit: no rule is about it; period: none is stated; partition: its code is in no partition; total: none printed; alone';
