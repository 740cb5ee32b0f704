-- Which quantities stand in which relation. Grain of c_term: one row per instance of a rule and quantity in it.

-- Within one table of figures: the parts of a code list and their parent.
CREATE OR REPLACE TEMP TABLE c_term AS
SELECT block * getvariable('relations') + relation AS i, q, role
FROM c_quantity
INNER JOIN c_cell_role USING (cell);

-- A parent without any part says nothing.
DELETE FROM c_term WHERE i IN (SELECT i FROM c_term GROUP BY i HAVING count(*) < 2);

-- A period within a longer one, and the parts of a year; regions and their country.
CREATE OR REPLACE TEMP TABLE c_pair AS
SELECT
    row_number() OVER () AS pair,
    part.block AS part,
    whole.block AS whole,
    'period_within_period' AS family,
    '' AS partition
FROM c_within
INNER JOIN c_block AS part ON c_within.part = part.time_period
INNER JOIN c_block AS whole
    ON
        c_within.whole = whole.time_period AND part.register = whole.register
        AND part.indicator = whole.indicator AND part.ref_area = whole.ref_area;

CREATE OR REPLACE TEMP TABLE c_parts AS
SELECT part.block AS part, whole.block AS whole, 'periods_make_year' AS rule, frequency AS partition, parts
FROM c_division
INNER JOIN c_block AS part ON c_division.part = part.time_period
INNER JOIN c_block AS whole
    ON
        c_division.whole = whole.time_period AND part.register = whole.register
        AND part.indicator = whole.indicator AND part.ref_area = whole.ref_area
UNION ALL
SELECT part.block, whole.block, 'regions_make_country', partition, parts
FROM c_region
INNER JOIN c_block AS part ON c_region.part = part.ref_area
INNER JOIN c_block AS whole
    ON
        c_region.whole = whole.ref_area AND part.register = whole.register
        AND part.indicator = whole.indicator AND part.time_period = whole.time_period;

CREATE OR REPLACE TEMP TABLE c_pair_instance AS
SELECT
    getvariable('base') + row_number() OVER () AS i,
    part.q AS part,
    whole.q AS whole
FROM c_pair
INNER JOIN c_quantity AS part ON c_pair.part = part.block
INNER JOIN c_quantity AS whole ON c_pair.whole = whole.block AND part.cell = whole.cell;

INSERT INTO c_term
SELECT i, part, (SELECT role FROM c_role WHERE name = 'period part') FROM c_pair_instance
UNION ALL
SELECT i, whole, (SELECT role FROM c_role WHERE name = 'period whole') FROM c_pair_instance;

CREATE OR REPLACE TEMP TABLE c_parts_instance AS
SELECT
    getvariable('base') + (SELECT count(*) FROM c_pair_instance) + row_number() OVER () AS i,
    whole,
    rule,
    list(part) AS part,
    count(*) < any_value(parts) AS has_rest
FROM (
    SELECT DISTINCT whole.q AS whole, part.q AS part, rule, partition, parts
    FROM c_parts
    INNER JOIN c_quantity AS part ON c_parts.part = part.block
    INNER JOIN c_quantity AS whole ON c_parts.whole = whole.block AND part.cell = whole.cell
)
GROUP BY whole, rule, partition;

INSERT INTO c_term
SELECT i, q, role
FROM (
    SELECT i, unnest(part) AS q, rule || if(has_rest, ' part, rest', ' part') AS name FROM c_parts_instance
    UNION ALL
    SELECT i, whole, rule || if(has_rest, ' whole, rest', ' whole') FROM c_parts_instance
)
INNER JOIN c_role USING (name);

-- Shares: each has its own coefficients, and so its own roles.
INSERT INTO c_term
SELECT
    getvariable('base') + (SELECT count(*) FROM c_pair_instance) + (SELECT count(*) FROM c_parts_instance) + 1 + share,
    q,
    getvariable('roles') + 2 * share + is_base::INTEGER
FROM (
    SELECT share, block, cell, FALSE AS is_base FROM c_share_term
    UNION ALL
    SELECT share, base_block, base_cell, TRUE FROM c_share_term WHERE share_base IS NULL
)
INNER JOIN c_quantity USING (block, cell);

INSERT INTO c_role BY NAME
SELECT
    getvariable('roles') + 2 * share + is_base::INTEGER AS role,
    'share' AS name,
    'share_of_whole' AS rule,
    CASE WHEN NOT is_base THEN 1 WHEN isinf(high) THEN 0 ELSE -high END AS coef_high,
    CASE WHEN is_base THEN -low ELSE 1 END AS coef_low,
    CASE WHEN NOT is_base THEN 1 WHEN isinf(likely_high) THEN 0 ELSE -likely_high END AS likely_coef_high,
    CASE WHEN is_base THEN -likely_low ELSE 1 END AS likely_coef_low,
    CASE WHEN share_base IS NULL THEN 0 ELSE low * base_lower END AS low,
    CASE WHEN isinf(high) THEN 'infinity'::DOUBLE WHEN share_base IS NULL THEN 0 ELSE high * base_upper END AS high,
    is_base AS is_subject,
    FALSE AS is_partition,
    0 AS parts,
    FALSE AS is_count
FROM c_share
CROSS JOIN (VALUES (FALSE), (TRUE)) AS sides (is_base);
