-- What a file holds, in one pass. Grain: one row. Filled in: figures is figures.sql, key names a quantity's columns,
-- and breakdowns lists the codes of each breakdown of the topic.
SELECT
    list(DISTINCT register) AS register,
    list(DISTINCT indicator) AS indicator,
    list(DISTINCT ref_area) AS ref_area,
    list(DISTINCT time_period) AS time_period,
    $breakdowns,
    list(DISTINCT unit) AS unit,
    list(DISTINCT share_of) AS share_of,
    list(DISTINCT obs_status) AS obs_status,
    count(DISTINCT hash($key)) AS quantities,
    histogram(reason) AS reasons,
    coalesce(bool_or(says <> trim(says)), FALSE) AS is_padded,
    count(*) AS rows_in
FROM ($figures)
