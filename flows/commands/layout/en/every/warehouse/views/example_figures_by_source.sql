-- How many figures of each source are in force. Grain: one row per source. An example: change it or delete it.
CREATE OR REPLACE VIEW example_figures_by_source AS
SELECT
    source,
    count(*) AS figures
FROM figure
GROUP BY source
ORDER BY source;

COMMENT ON VIEW example_figures_by_source IS 'How many figures of each source are in force; one row per source';
COMMENT ON COLUMN example_figures_by_source.source IS 'The source, as `cuadra sources` names it';
COMMENT ON COLUMN example_figures_by_source.figures IS 'How many figures of it are in force';
