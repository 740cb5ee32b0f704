-- The figures that can be used, in the contract's columns. Grain: one row per figure.
-- Filled in: figures is figures.sql, breakdowns the columns of the topic, decimals and signed units by kind,
-- the others what the source says of all. A figure given twice with different numbers is kept twice; exact repeats
-- are not.
SELECT
    $name AS source,
    $edition AS vintage,
    $sha256 AS snapshot,
    register,
    indicator,
    ref_area,
    time_period,
    $breakdowns,
    unit,
    says,
    CASE WHEN NOT is_suppressed THEN number END AS value,
    -- A share may be cut off at its last digit: what lies beyond it is not reached.
    CASE
        WHEN is_suppressed THEN 0.0
        WHEN is_share AND number < 0 THEN nextafter(round(number - 2 * half, 12), 0.0)
        ELSE greatest(number - half, least)
    END AS lower,
    CASE
        WHEN is_suppressed THEN number - 1
        WHEN is_share AND number >= 0 THEN nextafter(round(number + 2 * half, 12), 0.0)
        ELSE number + half
    END AS upper,
    CASE WHEN is_suppressed THEN 0.0 ELSE greatest(number - half, least) END AS likely_lower,
    CASE WHEN is_suppressed THEN number - 1 ELSE number + half END AS likely_upper,
    CASE WHEN is_suppressed THEN 'suppressed' ELSE 'exact' END AS qualifier,
    $whole AS share_of,
    NULL::VARCHAR AS share_base,
    '' AS complete,
    obs_status,
    $place AS locator,
    $publisher AS said_by,
    $edition AS published,
    NULL::VARCHAR AS series,
    'row' AS repeats,
    NULL::VARCHAR AS computed_from
FROM (
    SELECT
        *,
        ltrim(says, '<')::DOUBLE AS number,
        unit IN ($shares) AS is_share,
        CASE
            WHEN unit IN ($decimals) AND contains(says, '.') THEN 0.5 / pow(10, length(says) - strpos(says, '.'))
            WHEN unit IN ($decimals) THEN 0.5
            ELSE 0.0
        END AS half,
        CASE WHEN unit IN ($signed) THEN '-Infinity'::DOUBLE ELSE 0.0 END AS least
    FROM ($figures)
    WHERE reason = ''
)
