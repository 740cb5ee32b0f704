-- The contract of an observation (observation.py), for figures too many to hold in memory.
-- Grain: one row per check that some row of contract_figure breaks, with how many do and the value of one.
WITH checked AS (
    SELECT
        *,
        coalesce(regexp_full_match(source, '[a-z0-9_][a-z0-9_.-]*'), FALSE) AS source_kept,
        coalesce(list_contains($units, unit), FALSE) AS unit_kept,
        NOT coalesce(list_contains($apart, indicator || ' ' || unit), FALSE) AS amount_kept,
        coalesce(list_contains($qualifiers, qualifier), FALSE) AS qualifier_kept,
        coalesce(list_contains($statuses, obs_status), FALSE) AS obs_status_kept,
        coalesce(list_contains($repeats, repeats::VARCHAR), TRUE) AS repeats_kept,
        coalesce(regexp_full_match(series::VARCHAR, '[a-z0-9_][a-z0-9_.-]*'), TRUE) AS series_kept,
        coalesce(value <= $largest OR isnan(value), TRUE) AS value_kept,
        coalesce(abs(lower) <= $largest, FALSE) AS lower_kept,
        coalesce(lower >= 0 OR list_contains($signed, unit), FALSE) AS sign_kept,
        coalesce(lower <= upper AND NOT isnan(upper), FALSE) AS upper_kept,
        coalesce(
            lower <= likely_lower AND likely_upper <= upper AND NOT isnan(likely_lower) AND NOT isnan(likely_upper),
            FALSE
        ) AS likely_kept,
        (share_of IS NOT NULL) = coalesce(list_contains($shares, unit), FALSE)
        OR coalesce(list_contains($rates, unit), FALSE) AS share_kept,
        NOT is_text_missing AS texts_kept
    FROM contract_figure
),

counted AS (
    SELECT
        unnest([
            ('source', 'a name in lower case', count_if(NOT source_kept), any_value(source) FILTER (NOT source_kept)),
            (
                'unit', 'one of ' || array_to_string($units, ', '),
                count_if(NOT unit_kept), any_value(unit) FILTER (NOT unit_kept)
            ),
            (
                'unit', 'an amount in the unit of its indicator',
                count_if(NOT amount_kept), any_value(indicator || ' in ' || unit) FILTER (NOT amount_kept)
            ),
            (
                'qualifier', 'one of ' || array_to_string($qualifiers, ', '),
                count_if(NOT qualifier_kept), any_value(qualifier) FILTER (NOT qualifier_kept)
            ),
            (
                'obs_status', 'a status of SDMX in use here',
                count_if(NOT obs_status_kept), any_value(obs_status) FILTER (NOT obs_status_kept)
            ),
            (
                'repeats', 'row, or a breakdown', count_if(NOT repeats_kept),
                any_value(repeats::VARCHAR) FILTER (NOT repeats_kept)
            ),
            (
                'series', 'a name in lower case', count_if(NOT series_kept),
                any_value(series::VARCHAR) FILTER (NOT series_kept)
            ),
            ('value', 'at most 2^53', count_if(NOT value_kept), any_value(value::VARCHAR) FILTER (NOT value_kept)),
            (
                'lower', 'a bound within 2^53',
                count_if(NOT lower_kept), any_value(lower::VARCHAR) FILTER (NOT lower_kept)
            ),
            (
                'lower', 'zero or more, or a unit that is signed',
                count_if(NOT sign_kept), any_value(lower::VARCHAR) FILTER (NOT sign_kept)
            ),
            ('upper', 'at least lower', count_if(NOT upper_kept), any_value(upper::VARCHAR) FILTER (NOT upper_kept)),
            (
                'likely_upper', 'what readers expect within the bounds',
                count_if(NOT likely_kept), any_value(likely_upper::VARCHAR) FILTER (NOT likely_kept)
            ),
            (
                'share_of', 'a base for a share, and none for a count',
                count_if(NOT share_kept), any_value(share_of) FILTER (NOT share_kept)
            ),
            ('says', 'a text in every column that must have one', count_if(NOT texts_kept), NULL)
        ]) AS breach
    FROM checked
)

SELECT
    breach[1] AS column_name,
    breach[2] AS expected,
    breach[3] AS rows_broken,
    breach[4] AS got
FROM counted
WHERE breach[3] > 0;
