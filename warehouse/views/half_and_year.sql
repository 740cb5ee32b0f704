-- Grain: one row per quantity counted for a part of a year and for a longer period around it.
-- Side by side, never subtracted: what is left is shown as an interval.
CREATE OR REPLACE VIEW half_and_year AS
SELECT
    part.register,
    part.indicator,
    part.ref_area,
    part.time_period AS part_period,
    whole.time_period AS whole_period,
    part.sex,
    part.age,
    part.citizenship,
    part.exploitation,
    part.means,
    part.lower AS part_lower,
    part.upper AS part_upper,
    whole.lower AS whole_lower,
    whole.upper AS whole_upper,
    greatest(whole.lower - part.upper, 0) AS rest_lower,
    whole.upper - part.lower AS rest_upper,
    concat_ws(' ', part.sources, whole.sources) AS sources
FROM counted AS part
INNER JOIN counted AS whole
    ON
        part.register = whole.register
        AND part.indicator = whole.indicator
        AND part.ref_area = whole.ref_area
        AND part.sex = whole.sex
        AND part.age = whole.age
        AND part.citizenship = whole.citizenship
        AND part.exploitation = whole.exploitation
        AND part.means = whole.means
        AND substr(part.time_period, 1, 4) = whole.time_period
        AND (length(part.time_period) < 10 OR substr(part.time_period, 12, 4) = whole.time_period)
WHERE length(whole.time_period) = 4 AND length(part.time_period) > 4;

COMMENT ON VIEW half_and_year IS
'A part of a year beside the year: one row per quantity and pair of periods';
COMMENT ON COLUMN half_and_year.register IS
'Counting system';
COMMENT ON COLUMN half_and_year.indicator IS
'What is counted';
COMMENT ON COLUMN half_and_year.ref_area IS
'Area';
COMMENT ON COLUMN half_and_year.part_period IS
'The part';
COMMENT ON COLUMN half_and_year.whole_period IS
'The year';
COMMENT ON COLUMN half_and_year.sex IS
'Code; _T is the total';
COMMENT ON COLUMN half_and_year.age IS
'Code; _T is the total';
COMMENT ON COLUMN half_and_year.citizenship IS
'Code; _T is the total';
COMMENT ON COLUMN half_and_year.exploitation IS
'Code; _T is the total';
COMMENT ON COLUMN half_and_year.means IS
'Code; _T is the total';
COMMENT ON COLUMN half_and_year.part_lower IS
'Least of the part';
COMMENT ON COLUMN half_and_year.part_upper IS
'Most of the part';
COMMENT ON COLUMN half_and_year.whole_lower IS
'Least of the year';
COMMENT ON COLUMN half_and_year.whole_upper IS
'Most of the year';
COMMENT ON COLUMN half_and_year.rest_lower IS
'Least that is left for the rest of the year';
COMMENT ON COLUMN half_and_year.rest_upper IS
'Most that is left; negative when the part exceeds the year';
COMMENT ON COLUMN half_and_year.sources IS
'Sources of both';
