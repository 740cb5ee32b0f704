-- Relations between the periods of quantities that are alike but for them, cell by cell. Grain: one row per relation.
-- With unstated periods and without, it may be the same relation of more and of fewer parts: the fuller one counts.
INSERT INTO engine.period_relation BY NAME
WITH chosen AS (
    SELECT
        register,
        indicator,
        ref_area,
        per,
        cell,
        rule,
        kinds,
        whole,
        unnest(parts) AS part,
        pattern,
        number
    FROM engine.timeline
    INNER JOIN engine.tiling USING (pattern, over_time)
),

placed AS (
    SELECT
        block.block,
        block.register,
        block.indicator,
        block.ref_area,
        block.time_period,
        block.per,
        cell,
        q
    FROM engine.quantity
    INNER JOIN engine.block USING (block)
)

SELECT
    whole_q,
    rule,
    kinds,
    parts
FROM (
    SELECT
        whole.q AS whole_q,
        rule,
        kinds,
        list(part.q ORDER BY part.q) AS parts
    FROM chosen
    INNER JOIN placed AS whole
        ON
            chosen.register = whole.register AND chosen.indicator = whole.indicator
            AND chosen.ref_area = whole.ref_area AND chosen.per = whole.per
            AND chosen.cell = whole.cell AND chosen.whole = whole.time_period
    INNER JOIN placed AS part
        ON
            chosen.register = part.register AND chosen.indicator = part.indicator
            AND chosen.ref_area = part.ref_area AND chosen.per = part.per
            AND chosen.cell = part.cell AND chosen.part = part.time_period
    GROUP BY whole.q, rule, kinds, pattern, number
)
QUALIFY
    row_number() OVER (
        PARTITION BY
            whole_q, split_part(rule, ',', 1), kinds,
            if(rule IN ('period_is_period', 'period_within_period'), parts, NULL)
        ORDER BY contains(rule, ','), len(parts) DESC, parts
    ) = 1;
