-- Grain: one row per printed total and breakdown whose printed parts make it: examples of what adds up.
WITH exact AS (
    SELECT *
    FROM observation
    WHERE vintage_to IS NULL AND lower = upper AND unit IN ('persons', 'count') AND exploitation = '_T' AND means = '_T'
),

part AS (
    SELECT source, register, indicator, ref_area, time_period, says, lower, 'sex' AS breakdown
    FROM exact
    WHERE sex IN ('F', 'M', 'O') AND age = '_T' AND citizenship = '_T'
    UNION ALL
    SELECT source, register, indicator, ref_area, time_period, says, lower, 'age' AS breakdown
    FROM exact
    WHERE age IN ('Y0T17', 'Y_GE18') AND sex = '_T' AND citizenship = '_T'
    UNION ALL
    SELECT source, register, indicator, ref_area, time_period, says, lower, 'citizenship' AS breakdown
    FROM exact
    WHERE citizenship IN ('NATIONAL', 'FOREIGN') AND sex = '_T' AND age = '_T'
),

made AS (
    SELECT
        source,
        register,
        indicator,
        ref_area,
        time_period,
        breakdown,
        string_agg(says, ' + ' ORDER BY lower DESC) AS parts,
        sum(lower) AS total
    FROM part
    GROUP BY ALL
    HAVING count(*) > 1
)

SELECT
    made.parts,
    exact.says AS whole,
    made.breakdown,
    made.source,
    made.register,
    made.indicator,
    made.ref_area,
    made.time_period
FROM made
INNER JOIN exact
    ON
        made.source = exact.source
        AND made.register = exact.register
        AND made.indicator = exact.indicator
        AND made.ref_area = exact.ref_area
        AND made.time_period = exact.time_period
        AND made.total = exact.lower
WHERE exact.sex = '_T' AND exact.age = '_T' AND exact.citizenship = '_T'
ORDER BY made.total DESC, made.breakdown
LIMIT 5;
