-- Rules between periods, cell by cell. Grain: one row per instance and quantity in it.
TRUNCATE engine.period_instance;

INSERT INTO engine.period_instance BY NAME
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
),

screened AS (
    SELECT
        link,
        rule,
        kinds,
        whole_block.block * (SELECT count(*) FROM engine.cell) + wide_cell.cell AS whole_q,
        part_block.block * (SELECT count(*) FROM engine.cell) + wide_cell.cell AS q
    FROM (
        SELECT
            rowid AS link,
            rule,
            name AS kinds,
            cells,
            blocks[1] AS whole,
            unnest(blocks[2:]) AS part
        FROM engine.active_link
        WHERE scope IS NULL
    ) AS tile
    INNER JOIN engine.wide_block AS whole_block ON tile.whole = whole_block.wide
    INNER JOIN engine.wide_block AS part_block ON tile.part = part_block.wide
    INNER JOIN engine.wide_cell ON cells & (1::BIGINT << place) <> 0
),

-- With unstated periods and without, it may be the same relation of more and of fewer parts: the fuller one counts.
instance AS (
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
        ) = 1
    UNION ALL
    -- What the screen related: of all cells at once.
    SELECT
        whole_q,
        rule,
        kinds,
        list(q ORDER BY q) AS parts
    FROM screened
    GROUP BY link, whole_q, rule, kinds
)

SELECT
    engine.next('periods', row_number() OVER (ORDER BY len(parts), whole_q, rule, parts)) AS i,
    rule,
    kinds,
    whole_q,
    parts
FROM instance;

INSERT INTO engine.term BY NAME
SELECT
    i,
    q,
    role
FROM (
    SELECT
        i,
        unnest(parts) AS q,
        split_part(rule, ',', 1) || ' part' || if(contains(rule, ','), ', rest', '') AS name
    FROM engine.period_instance
    UNION ALL
    SELECT
        i,
        whole_q AS q,
        split_part(rule, ',', 1) || ' whole' || if(contains(rule, ','), ', rest', '') AS name
    FROM engine.period_instance
)
INNER JOIN engine.role USING (name);
