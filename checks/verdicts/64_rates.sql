-- Rates of one quantity by several sources, of which nobody says what estimate of the people they are of: each is
-- apart, and they are compared as what is usual. Grain: two rows per pair of rates.
INSERT INTO engine.term BY NAME
WITH rated AS (
    SELECT DISTINCT
        block.block,
        row(unit, base.register, base.indicator, base.ref_area, base.time_period) AS about
    FROM engine.base() AS base
    INNER JOIN engine.block USING (per, register, indicator, ref_area, time_period)
    WHERE kind = 'rate' AND share_of IS NULL
),

stated AS (
    SELECT
        q,
        cell,
        about
    FROM rated
    INNER JOIN engine.quantity USING (block)
    WHERE is_stated
),

pair AS (
    SELECT
        engine.instance('rates', row_number() OVER (ORDER BY one.q, other.q)) AS i,
        one.q AS one,
        other.q AS other
    FROM stated AS one
    INNER JOIN stated AS other ON one.about = other.about AND one.cell = other.cell AND one.q < other.q
)

SELECT
    i,
    q,
    role
FROM (
    SELECT
        i,
        unnest([one, other]) AS q,
        unnest(['left', 'right']) AS name
    FROM pair
)
INNER JOIN engine.role USING (name)
WHERE rule = 'rates_agree';
