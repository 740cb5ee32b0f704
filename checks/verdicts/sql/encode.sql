-- From observations to quantities. Grain of c_quantity: one row per quantity that is stated, or that a rule reads.
-- The relation `c_observation` (the caller's) has the contract's columns and observation_id.

-- A share relates its own quantity, the part, to its base: the same quantity but for what share_of names. Where the
-- text states it of one printed figure (share_base), that figure's interval is the base.
CREATE OR REPLACE TEMP TABLE c_share AS
SELECT
    row_number() OVER (ORDER BY share_row.observation_id)::INTEGER - 1 AS share,
    share_row.*,
    base_figure.lower AS base_lower,
    base_figure.upper AS base_upper
FROM (
    SELECT
        observation_id,
        source,
        share_base,
        obs_status = 'B' AS breaks,
        register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means,
        -- Growth of 25 percent is a factor of 1.25.
        CASE unit WHEN 'ratio' THEN 1 ELSE 100 END AS scale,
        CASE unit WHEN 'percent_change' THEN 1 ELSE 0 END AS shift,
        greatest(lower / scale + shift, 0) AS low,
        upper / scale + shift AS high,
        greatest(likely_lower / scale + shift, 0) AS likely_low,
        likely_upper / scale + shift AS likely_high,
        unit = 'percent_change' AS is_growth,
        coalesce(nullif(regexp_extract(share_of, '(^|;)register=([^;]*)', 2), ''), register) AS base_register,
        coalesce(nullif(regexp_extract(share_of, '(^|;)indicator=([^;]*)', 2), ''), indicator) AS base_indicator,
        coalesce(nullif(regexp_extract(share_of, '(^|;)ref_area=([^;]*)', 2), ''), ref_area) AS base_ref_area,
        coalesce(nullif(regexp_extract(share_of, '(^|;)time_period=([^;]*)', 2), ''), time_period) AS base_time_period,
        coalesce(nullif(regexp_extract(share_of, '(^|;)sex=([^;]*)', 2), ''), sex) AS base_sex,
        coalesce(nullif(regexp_extract(share_of, '(^|;)age=([^;]*)', 2), ''), age) AS base_age,
        coalesce(nullif(regexp_extract(share_of, '(^|;)citizenship=([^;]*)', 2), ''), citizenship) AS base_citizenship,
        coalesce(nullif(regexp_extract(share_of, '(^|;)exploitation=([^;]*)', 2), ''), exploitation) AS base_exploitation,
        coalesce(nullif(regexp_extract(share_of, '(^|;)means=([^;]*)', 2), ''), means) AS base_means
    FROM c_observation
    WHERE unit IN ('percent', 'ratio', 'percent_change') AND share_of IS NOT NULL
) AS share_row
LEFT JOIN c_observation AS base_figure ON share_row.share_base = base_figure.observation_id
WHERE NOT (share_row.is_growth AND share_row.breaks);

CREATE OR REPLACE TEMP TABLE c_cell AS
SELECT row_number() OVER (ORDER BY sex, age, citizenship, exploitation, means)::INTEGER - 1 AS cell, *
FROM (
    SELECT DISTINCT sex, age, citizenship, exploitation, means
    FROM c_observation
    UNION
    SELECT base_sex, base_age, base_citizenship, base_exploitation, base_means FROM c_share
);

CREATE OR REPLACE TEMP TABLE c_block AS
SELECT row_number() OVER (ORDER BY register, indicator, ref_area, time_period)::BIGINT - 1 AS block, *
FROM (
    SELECT DISTINCT register, indicator, ref_area, time_period
    FROM c_observation
    WHERE unit <> 'per_100k'
    UNION
    SELECT base_register, base_indicator, base_ref_area, base_time_period FROM c_share
);

-- Which breakdowns a source declares complete, a bit each in the order of the columns.
CREATE OR REPLACE TEMP TABLE c_complete AS
SELECT
    complete AS says_complete,
    list_contains(words, 'sex')::INTEGER + 2 * list_contains(words, 'age')::INTEGER
    + 4 * list_contains(words, 'citizenship')::INTEGER + 8 * list_contains(words, 'exploitation')::INTEGER
    + 16 * list_contains(words, 'means')::INTEGER AS complete
FROM (SELECT DISTINCT complete, string_split(complete, ' ') AS words FROM c_observation);

-- Observations of one quantity meet; where they contradict each other, their hull stands, so that what still
-- fails, fails whichever of them is right. K, L and O are unknown, M is nought.
CREATE OR REPLACE TEMP TABLE c_stated AS
SELECT
    block,
    cell,
    max(low) AS most_low,
    min(high) AS least_high,
    min(low) AS least_low,
    max(high) AS most_high,
    max(likely_low) AS likely_most_low,
    min(likely_high) AS likely_least_high,
    count(*)::INTEGER AS observations,
    bool_or(relaxes) AS relaxes,
    bool_or(breaks) AS breaks,
    bit_or(complete) AS complete,
    min(source) AS source_first,
    max(source) AS source_last
FROM (
    SELECT
        block,
        cell,
        c_complete.complete,
        source,
        obs_status IN ('D', 'W') AS relaxes,
        obs_status = 'B' AS breaks,
        CASE WHEN obs_status IN ('K', 'L', 'O', 'M') THEN 0 ELSE lower END AS low,
        CASE WHEN obs_status = 'M' THEN 0 WHEN obs_status IN ('K', 'L', 'O') THEN 'infinity'::DOUBLE ELSE upper END AS high,
        CASE WHEN obs_status IN ('K', 'L', 'O', 'M') THEN 0 ELSE likely_lower END AS likely_low,
        CASE
            WHEN obs_status = 'M' THEN 0 WHEN obs_status IN ('K', 'L', 'O') THEN 'infinity'::DOUBLE ELSE likely_upper
        END AS likely_high
    FROM c_observation
    INNER JOIN c_block USING (register, indicator, ref_area, time_period)
    INNER JOIN c_cell USING (sex, age, citizenship, exploitation, means)
    INNER JOIN c_complete ON c_observation.complete = says_complete
    WHERE unit IN ('persons', 'count')
)
GROUP BY block, cell;
