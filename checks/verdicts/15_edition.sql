-- Of each series: quantities of which a later edition says something that an earlier one excludes. Block by block the
-- later edition stands. Shares and rates are compared where they are of one whole, a share and a count of one part
-- where the series states their whole. Grain: one row per series, quantity and whole.
INSERT INTO engine.restated BY NAME
WITH said AS (
    SELECT
        series,
        quantity,
        whole,
        any_value(if(kind = 'share' AND shift = 0, base, NULL)) AS base,
        any_value(register) AS register,
        any_value(indicator) AS indicator,
        any_value(ref_area) AS ref_area,
        any_value(time_period) AS time_period,
        published,
        min(lower) AS lower,
        max(upper) AS upper,
        min(observation_id) AS observation_id,
        list(observation_id ORDER BY observation_id) AS observations,
        list(DISTINCT source) AS sources
    FROM engine.edition()
    WHERE kind IN ('count', 'amount', 'rate') OR share_of IS NOT NULL AND NOT (shift > 0 AND obs_status = 'B')
    GROUP BY series, quantity, whole, published
),

last_said AS (
    SELECT
        series,
        quantity,
        whole,
        any_value(register) AS register,
        any_value(indicator) AS indicator,
        any_value(ref_area) AS ref_area,
        any_value(time_period) AS time_period,
        max(published) AS published,
        arg_max(lower, published) AS lower,
        arg_max(upper, published) AS upper,
        arg_max(observation_id, published) AS observation_id,
        arg_max(observations, published) AS observations,
        arg_max(sources, published) AS sources
    FROM said
    GROUP BY series, quantity, whole
),

-- A count and a share of one part, by the whole that the series last states.
across AS (
    SELECT
        share.series,
        share.quantity,
        share.whole AS of_whole,
        share.published AS share_published,
        share.lower AS share_lower,
        share.upper AS share_upper,
        share.observations AS share_observations,
        share.sources AS share_sources,
        part.published AS part_published,
        part.lower AS part_lower,
        part.upper AS part_upper,
        part.observations AS part_observations,
        part.sources AS part_sources,
        total.lower AS total_lower,
        total.upper AS total_upper
    FROM said AS share
    INNER JOIN said AS part
        ON
            share.series = part.series AND share.quantity = part.quantity AND part.whole IS NULL
            AND share.published <> part.published
    INNER JOIN last_said AS total
        ON share.series = total.series AND share.base = total.quantity AND total.whole IS NULL
    WHERE total.lower > 0
),

earlier AS (
    SELECT
        series,
        quantity,
        whole,
        published,
        lower,
        upper,
        observations,
        sources
    FROM said
    UNION ALL
    SELECT
        series,
        quantity,
        NULL AS whole,
        share_published AS published,
        share_lower * total_lower / 100 AS lower,
        share_upper * total_upper / 100 AS upper,
        share_observations AS observations,
        share_sources AS sources
    FROM across
    WHERE share_published < part_published
    UNION ALL
    SELECT
        series,
        quantity,
        of_whole AS whole,
        part_published AS published,
        100 * part_lower / total_upper AS lower,
        100 * part_upper / total_lower AS upper,
        part_observations AS observations,
        part_sources AS sources
    FROM across
    WHERE part_published < share_published
)

SELECT
    any_value(later.observation_id) AS observation_id,
    earlier.series,
    any_value(later.register) AS register,
    any_value(later.indicator) AS indicator,
    any_value(later.ref_area) AS ref_area,
    any_value(later.time_period) AS time_period,
    list(DISTINCT earlier.published) AS earlier,
    arg_max(earlier.lower, earlier.published) AS earlier_lower,
    arg_max(earlier.upper, earlier.published) AS earlier_upper,
    any_value(later.lower) AS later_lower,
    any_value(later.upper) AS later_upper,
    list_sort(list_distinct(flatten(list(earlier.observations)) || any_value(later.observations))) AS observations,
    list_sort(list_distinct(flatten(list(earlier.sources)) || any_value(later.sources))) AS sources
FROM earlier
INNER JOIN last_said AS later
    ON
        earlier.series = later.series AND earlier.quantity = later.quantity
        AND earlier.whole IS NOT DISTINCT FROM later.whole
WHERE
    earlier.published < later.published
    -- Products of a share are exact but for their last digits.
    AND (
        earlier.lower - 1e-12 * abs(earlier.lower) > later.upper
        OR earlier.upper + 1e-12 * abs(earlier.upper) < later.lower
    )
GROUP BY earlier.series, earlier.quantity, earlier.whole;

-- With its total, an earlier edition's parts are superseded, and its shares of either.
INSERT INTO engine.superseded BY NAME
WITH gone AS (
    SELECT DISTINCT edition.observation_id
    FROM engine.edition() AS edition
    INNER JOIN engine.restated
        ON edition.series = restated.series AND list_contains(restated.earlier, edition.published)
    WHERE
        edition.register = restated.register AND edition.indicator = restated.indicator
        AND edition.ref_area = restated.ref_area AND edition.time_period = restated.time_period
        OR edition.kind = 'share' AND edition.base_register = restated.register
        AND edition.base_indicator = restated.indicator AND edition.base_ref_area = restated.ref_area
        AND edition.base_time_period = restated.time_period
)

SELECT gone.observation_id
FROM gone
UNION
SELECT edition.observation_id
FROM engine.edition() AS edition
WHERE edition.share_base IN (SELECT gone.observation_id FROM gone);
