-- Of each series: quantities of which a later edition says something that an earlier one excludes. Block by block the
-- later edition stands. Shares and rates are compared where they are of one whole. Grain: one row per series, quantity
-- and whole.
INSERT INTO engine.restated BY NAME
WITH said AS (
    SELECT
        series,
        quantity,
        whole,
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

paired AS (
    SELECT
        *,
        max(published) OVER of_all AS last_published,
        last_value(lower) OVER of_all AS last_lower,
        last_value(upper) OVER of_all AS last_upper,
        last_value(observation_id) OVER of_all AS last_id,
        last_value(observations) OVER of_all AS last_observations,
        last_value(sources) OVER of_all AS last_sources
    FROM said
    WINDOW of_all AS (
        PARTITION BY series, quantity, whole
        ORDER BY published
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)

SELECT
    any_value(last_id) AS observation_id,
    series,
    any_value(register) AS register,
    any_value(indicator) AS indicator,
    any_value(ref_area) AS ref_area,
    any_value(time_period) AS time_period,
    list(published) AS earlier,
    arg_max(lower, published) AS earlier_lower,
    arg_max(upper, published) AS earlier_upper,
    any_value(last_lower) AS later_lower,
    any_value(last_upper) AS later_upper,
    list_sort(flatten(list(observations)) || any_value(last_observations)) AS observations,
    list_sort(list_distinct(flatten(list(sources)) || any_value(last_sources))) AS sources
FROM paired
WHERE lower > last_upper OR upper < last_lower
GROUP BY series, quantity, whole;

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
