-- What a rule says of a sum between `sum_min` and `sum_max`, where low <= sum <= high must hold. Stated here only.
-- Ends may be infinite but never NaN: whoever sums counts the infinite ends and does not add them.
CREATE MACRO engine.always(low, high, sum_min, sum_max) AS (sum_min >= low AND sum_max <= high);

CREATE MACRO engine.never(low, high, sum_min, sum_max) AS (sum_min > high OR sum_max < low);

CREATE MACRO engine.verdict_of(is_never, is_hardly, is_always) AS
CASE WHEN is_never THEN 'fails' WHEN is_hardly THEN 'doubtful' WHEN is_always THEN 'holds' ELSE 'open' END;

-- The ends of a sum from the sum of its finite terms and the number of its infinite ones.
CREATE MACRO engine.at_least(total, open_ends) AS if(open_ends > 0, '-infinity'::double, total);

CREATE MACRO engine.at_most(total, open_ends) AS if(open_ends > 0, 'infinity'::double, total);

-- An end of a share is the decimal number nearest to it; the next number above or below it says that it is not reached
-- itself ("nearly half"), and is written apart from it by more than products are inexact.
CREATE MACRO engine.decimal_of(number) AS
if(isfinite(number) AND abs(number - round(number, 9)) < 1e-12 * greatest(1, abs(number)), round(number, 9), number);

CREATE MACRO engine.factor_of(number, scale, shift) AS
CASE
    WHEN isinf(number) THEN number
    ELSE engine.decimal_of(number) / scale + shift + sign(number - engine.decimal_of(number)) * 1e-11
END;

-- Whether these ends are numbers that can be compared exactly.
CREATE MACRO engine.is_readable(lower_, upper_, likely_lower_, likely_upper_) AS coalesce(
    NOT isnan(lower_) AND NOT isnan(upper_) AND NOT isnan(likely_lower_) AND NOT isnan(likely_upper_)
    AND isfinite(lower_) AND abs(lower_) <= 9007199254740992
    AND (isinf(upper_) OR abs(upper_) <= 9007199254740992)
    AND lower_ <= upper_,
    FALSE
);

-- Whether what is printed is one number, to all readers.
CREATE MACRO engine.is_exact(lower_, upper_, likely_lower_, likely_upper_) AS (
    lower_ = upper_ AND likely_lower_ = lower_ AND likely_upper_ = upper_
);

-- The rule by which areas are parts of another; none where an indicator does not add so.
CREATE MACRO engine.area_rule(is_each, over_areas) AS
CASE
    WHEN over_areas = 'none' THEN NULL
    WHEN is_each THEN 'regions_each_at_most_country'
    WHEN over_areas = 'sum' THEN 'regions_make_country'
    ELSE 'regions_at_most_country'
END;

-- The number of a quantity, in the order of block and cell.
CREATE MACRO engine.quantity_of(block, cell) AS block * (SELECT count(*) FROM engine.cell) + cell;

-- The number of an instance: its family in the first digit, then its number in the family. Where two instances pin a
-- quantity alike, the lower number is named.
CREATE MACRO engine.instance(family, number) AS
CASE family
    WHEN 'one value' THEN 0 WHEN 'cells' THEN 1 WHEN 'periods' THEN 2 WHEN 'parts' THEN 3 WHEN 'share' THEN 4
    WHEN 'stated' THEN 5 WHEN 'unnamed' THEN 6 WHEN 'restated' THEN 7 WHEN 'whole' THEN 8
    WHEN 'together' THEN 9 WHEN 'rates' THEN 10
END * 1000000000000000 + number;

-- The same after those that are there.
CREATE MACRO engine.next(family, number) AS
coalesce(
    (
        SELECT max(i) + 1 FROM engine.term
        WHERE i // 1000000000000000 = engine.instance(family, 0) // 1000000000000000
    ),
    engine.instance(family, 0)
) + number;

-- Which periods follow each other: those of one length, and intervals that begin on the same day.
CREATE MACRO engine.series(period) AS
if(period LIKE '%/%', split_part(period, '/', 1), regexp_extract(period, '-([SQM])', 1));

-- The place of a period in its series.
CREATE MACRO engine.step(period) AS
if(
    period LIKE '%/%',
    epoch(try_cast(split_part(period, '/', 2) AS date)) / 86400,
    CASE regexp_extract(period, '-([SQM])', 1) WHEN 'S' THEN 2 WHEN 'Q' THEN 4 WHEN 'M' THEN 12 ELSE 1 END
    * try_cast(left(period, 4) AS integer)
    + coalesce(try_cast(regexp_extract(period, '-[SQM](\d+)', 1) AS integer), 0)
);

-- How far no reading of a sum is from what must hold; 0 where one meets it.
CREATE MACRO engine.gap_of(floor_, ceiling_, high_min, high_min_open, low_max, low_max_open) AS
greatest(if(high_min_open = 0, high_min - ceiling_, 0), if(low_max_open = 0, floor_ - low_max, 0), 0);

-- Every relation that was tested one by one, with the source whose figures are in it. Grain: one row per instance.
CREATE MACRO engine.judged() AS TABLE
    SELECT
        i,
        rule,
        if(source_first = source_last, source_first, 'several') AS source,
        verdict,
        engine.gap_of(floor_, ceiling_, high_min, high_min_open, low_max, low_max_open) AS gap
    FROM engine.range
    WHERE verdict <> 'open' OR has_whole AND has_part
    UNION ALL
    SELECT
        engine.instance('one value', q) AS i,
        'one_value' AS rule,
        if(stated.source_first = stated.source_last, stated.source_first, 'several') AS source,
        CASE
            WHEN most_low > least_high THEN 'fails'
            WHEN is_repeated OR likely_most_low > likely_least_high THEN 'doubtful'
            ELSE 'holds'
        END AS verdict,
        greatest(most_low - least_high, 0) AS gap
    FROM engine.stated
    INNER JOIN engine.quantity USING (block, cell)
    WHERE observations > 1 AND 'one_value' IN (SELECT kept.rule FROM engine.kept);

-- How many relations were tested, those that plainly hold among them. Grain: one row per rule and source.
CREATE MACRO engine.tested() AS TABLE
    SELECT
        rule,
        source,
        sum(instances)::bigint AS tested
    FROM (
        SELECT
            judged.rule,
            judged.source,
            1 AS instances
        FROM engine.judged() AS judged
        UNION ALL
        SELECT
            plain.rule,
            plain.source,
            plain.instances
        FROM engine.plain
        WHERE plain.verdict = 'holds'
    )
    GROUP BY rule, source;
