-- What figures near a quantity lead one to expect of it: read from all that is given, also from what was set aside.
TRUNCATE engine.neighbour;
TRUNCATE engine.alike;

-- The same quantity in other periods of its kind, the nearest on each side.
INSERT INTO engine.neighbour BY NAME
WITH wanted AS (
    SELECT
        q,
        register,
        indicator,
        ref_area,
        time_period,
        cell
    FROM engine.component
    SEMI JOIN engine.group_wanted USING (component)
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.block USING (block)
    WHERE per = ''
),

other AS (
    SELECT
        q,
        wanted.time_period AS own,
        printed.time_period,
        min(printed.printed) AS printed
    FROM engine.printed() AS printed
    INNER JOIN wanted USING (register, indicator, ref_area, cell)
    WHERE engine.series(wanted.time_period) = engine.series(printed.time_period)
    GROUP BY q, wanted.time_period, printed.time_period
    HAVING min(printed.printed) = max(printed.printed)
),

placed AS (
    SELECT
        q,
        printed,
        engine.step(time_period) AS step,
        engine.step(own) AS own,
        own LIKE '%/%' AS is_cumulative
    FROM other
    WHERE time_period <> own
)

SELECT
    q,
    arg_max(printed, step) FILTER (step < own) AS earlier,
    arg_min(printed, step) FILTER (step > own) AS later,
    (any_value(own) - max(step) FILTER (step < own))
    / (min(step) FILTER (step > own) - max(step) FILTER (step < own)) AS passed,
    any_value(is_cumulative) AS is_cumulative
FROM placed
GROUP BY q;

-- Rows of its table, of another period or area, that print much the same in their other columns.
INSERT INTO engine.alike BY NAME
WITH wanted AS (
    SELECT
        q,
        register,
        indicator,
        ref_area,
        time_period,
        cell
    FROM engine.component
    SEMI JOIN engine.group_wanted USING (component)
    ANTI JOIN engine.neighbour USING (q)
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.block USING (block)
    WHERE per = ''
),

figure AS (
    SELECT
        register,
        indicator,
        ref_area,
        time_period,
        cell,
        min(printed) AS printed
    FROM engine.printed() AS printed
    SEMI JOIN wanted USING (register, indicator)
    WHERE
        time_period IN (SELECT wanted.time_period FROM wanted) OR ref_area IN (SELECT wanted.ref_area FROM wanted)
    GROUP BY register, indicator, ref_area, time_period, cell
    HAVING min(printed) = max(printed)
),

-- Materialized, as pairing all figures before those wanted are picked takes as long as all else.
mine AS MATERIALIZED (
    SELECT figure.* FROM figure
    SEMI JOIN wanted USING (register, indicator, ref_area, time_period)
),

pair AS (
    SELECT
        mine.register,
        mine.indicator,
        mine.ref_area,
        mine.time_period,
        mine.cell,
        figure.ref_area AS other_area,
        figure.time_period AS other_period,
        figure.printed,
        abs(ln((abs(mine.printed) + 1) / (abs(figure.printed) + 1))) AS distance,
        sum(distance) OVER whole_row AS distance_of_row,
        count(*) OVER whole_row AS cells
    FROM mine
    INNER JOIN figure USING (register, indicator, cell)
    WHERE (mine.ref_area = figure.ref_area) <> (mine.time_period = figure.time_period)
    WINDOW whole_row AS (
        PARTITION BY
            mine.register, mine.indicator, mine.ref_area, mine.time_period, figure.ref_area, figure.time_period
    )
)

SELECT
    q,
    row_number() OVER (
        PARTITION BY q
        -- Sums of such numbers differ in their last digits with the order of the rows.
        ORDER BY round((distance_of_row - distance) / (cells - 1), 9), other_area, other_period
    ) AS place,
    printed
FROM pair
INNER JOIN wanted USING (register, indicator, ref_area, time_period, cell)
WHERE cells > 2
QUALIFY place <= 3;
