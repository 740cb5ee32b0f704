-- Grain: one row per quantity counted for a part of a year and for a longer period around it.
-- Side by side, never subtracted: what is left is shown as an interval.
CREATE OR REPLACE VIEW half_and_year AS
SELECT
    part.register,
    part.indicator,
    part.ref_area,
    part.time_period AS part_period,
    whole.time_period AS whole_period,
    cell.* EXCLUDE (cell),
    part.lower AS part_lower,
    part.upper AS part_upper,
    whole.lower AS whole_lower,
    whole.upper AS whole_upper,
    greatest(whole.lower - part.upper, 0) AS rest_lower,
    whole.upper - part.lower AS rest_upper,
    part.is_contradicted OR whole.is_contradicted AS is_contradicted,
    both_findings(part.findings, whole.findings) AS findings,
    concat_ws(' ', part.sources, whole.sources) AS sources
FROM counted AS part
INNER JOIN counted AS whole
    ON
        part.register = whole.register
        AND part.indicator = whole.indicator
        AND part.ref_area = whole.ref_area
        AND part.cell = whole.cell
        AND substr(part.time_period, 1, 4) = whole.time_period
        AND (length(part.time_period) < 10 OR substr(part.time_period, 12, 4) = whole.time_period)
INNER JOIN cell ON part.cell = cell.cell
WHERE length(whole.time_period) = 4 AND length(part.time_period) > 4;

COMMENT ON VIEW half_and_year IS
'A part of a year beside the year: one row per quantity and pair of periods';
