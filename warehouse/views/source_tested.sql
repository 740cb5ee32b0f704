-- Grain: one row per source with figures in force: how far the last check tested them.
CREATE OR REPLACE VIEW source_tested AS
SELECT
    source,
    figure.figures,
    coalesce(untested.untested, 0) AS untested,
    coalesce(untested.reasons, '') AS reasons,
    coalesce(own.holds + own.fails + own.doubtful + own.open, 0) AS relations,
    coalesce(own.holds, 0) AS holds,
    coalesce(own.open, 0) AS open,
    coalesce(together.not_decided, 0) AS not_decided
FROM (
    SELECT
        source,
        count(*) AS figures
    FROM observation
    WHERE vintage_to IS NULL
    GROUP BY source
) AS figure
LEFT JOIN (
    SELECT
        source,
        sum(figures)::BIGINT AS untested,
        string_agg(reason || ' ' || figures, ', ' ORDER BY figures DESC, reason ASC) AS reasons
    FROM (
        SELECT
            source,
            reason,
            count(*) AS figures
        FROM untested_figure
        GROUP BY source, reason
    )
    GROUP BY source
) AS untested USING (source)
LEFT JOIN (
    SELECT
        source,
        sum(holds)::BIGINT AS holds,
        sum(fails)::BIGINT AS fails,
        sum(doubtful)::BIGINT AS doubtful,
        sum(open)::BIGINT AS open
    FROM verdict
    WHERE run = (SELECT max(last_verdict.run) FROM verdict AS last_verdict)
    GROUP BY source
) AS own USING (source)
LEFT JOIN (
    SELECT
        source,
        count(*) AS not_decided
    FROM figure_tally
    INNER JOIN observation USING (observation_id)
    WHERE vintage_to IS NULL AND not_decided > 0
    GROUP BY source
) AS together USING (source)
ORDER BY source;

COMMENT ON VIEW source_tested IS
'How far each source is tested: its relations within itself, and its figures that no relation tests';
COMMENT ON COLUMN source_tested.figures IS
'Its figures in force';
COMMENT ON COLUMN source_tested.holds IS
'Relations that hold';
COMMENT ON COLUMN source_tested.open IS
'Relations that are undecided';
COMMENT ON COLUMN source_tested.not_decided IS
'Its figures of which only each relation apart is tested: not whether all of their group can be true together';
