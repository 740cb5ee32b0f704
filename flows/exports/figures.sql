-- The figures of an export and their sources: from `published`, and `shown`, the figures that may be shown, in the
-- columns of the contract.

-- Grain: one row per published figure in force that may be shown.
CREATE TEMP TABLE figure AS
SELECT
    seen.observation_id,
    seen.source,
    source.title,
    source.publisher,
    source.url,
    seen.published,
    seen.* EXCLUDE (observation_id, source, published, vintage, snapshot, share_base, complete, repeats),
    CASE
        WHEN tally.fails > 0 THEN 'fails'
        WHEN tally.doubtful > 0 THEN 'doubtful'
        WHEN tally.restated > 0 THEN 'restated'
        WHEN tally.holds > 0 THEN 'holds'
        WHEN tally.open > 0 THEN 'open'
        ELSE 'untested'
    END AS verdict,
    coalesce(figure_finding.findings, '') AS findings
FROM shown AS seen
INNER JOIN published.source AS source ON seen.source = source.source
LEFT JOIN published.figure_tally AS tally ON seen.observation_id = tally.observation_id
LEFT JOIN published.figure_finding AS figure_finding ON seen.observation_id = figure_finding.observation_id;

-- Grain: one row per source of the figures.
CREATE TEMP TABLE source AS
SELECT
    source,
    title,
    publisher,
    url,
    licence,
    published,
    language,
    cadence
FROM published.source
WHERE source IN (SELECT source FROM shown);
