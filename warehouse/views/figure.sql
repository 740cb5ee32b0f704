-- Grain: one row per published figure in force, with where it comes from.
CREATE OR REPLACE VIEW figure AS
SELECT
    observation.observation_id,
    observation.source,
    observation.register,
    observation.indicator,
    observation.ref_area,
    observation.time_period,
    observation.sex,
    observation.age,
    observation.citizenship,
    observation.exploitation,
    observation.means,
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
    correction.reason AS corrected_because
FROM observation
INNER JOIN source ON observation.source = source.source
LEFT JOIN correction
    ON
        observation.source = correction.source AND observation.locator = correction.locator
        AND observation.says = correction.becomes || ' [printed: ' || correction.was || ']'
WHERE observation.vintage_to IS NULL;

COMMENT ON VIEW figure IS
'One row per published figure in force, with its full provenance';
COMMENT ON COLUMN figure.observation_id IS
'Name of the figure over vintages';
COMMENT ON COLUMN figure.source IS
'Source';
COMMENT ON COLUMN figure.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN figure.indicator IS
'What is counted';
COMMENT ON COLUMN figure.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN figure.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN figure.sex IS
'Code; _T is the total';
COMMENT ON COLUMN figure.age IS
'Code; _T is the total';
COMMENT ON COLUMN figure.citizenship IS
'Code; _T is the total';
COMMENT ON COLUMN figure.exploitation IS
'Code; _T is the total';
COMMENT ON COLUMN figure.means IS
'Code; _T is the total';
COMMENT ON COLUMN figure.unit IS
'persons, count, percent, ratio, percent_change, per_100k';
COMMENT ON COLUMN figure.says IS
'The printed words; of a corrected figure, what stands in their place, and they themselves in brackets';
COMMENT ON COLUMN figure.value IS
'The printed number; null where none is';
COMMENT ON COLUMN figure.lower IS
'Least that the printed words entail';
COMMENT ON COLUMN figure.upper IS
'Most that the printed words entail; infinite where nothing bounds it';
COMMENT ON COLUMN figure.likely_lower IS
'Least that a reader expects';
COMMENT ON COLUMN figure.likely_upper IS
'Most that a reader expects';
COMMENT ON COLUMN figure.qualifier IS
'How the words hedge';
COMMENT ON COLUMN figure.share_of IS
'For a share: how its whole differs from the part';
COMMENT ON COLUMN figure.obs_status IS
'SDMX CL_OBS_STATUS';
COMMENT ON COLUMN figure.locator IS
'Place in the source';
COMMENT ON COLUMN figure.said_by IS
'Who said so';
COMMENT ON COLUMN figure.title IS
'Title of the source';
COMMENT ON COLUMN figure.publisher IS
'Publisher';
COMMENT ON COLUMN figure.url IS
'Where it is published';
COMMENT ON COLUMN figure.published IS
'Date of publication, may be partial';
COMMENT ON COLUMN figure.vintage IS
'Edition';
COMMENT ON COLUMN figure.snapshot IS
'SHA-256 of the bytes';
COMMENT ON COLUMN figure.known_from IS
'When it was loaded, UTC';
COMMENT ON COLUMN figure.corrected_because IS
'Why a declared correction stands in place of the printed words; null where they stand';
