-- What is kept row by row: every verdict but holds. Grain: one row per instance of a rule that fails, is doubtful
-- or open. `left` is the sum of the parts, `right` what it is held against.
CREATE OR REPLACE TEMP TABLE c_side AS
SELECT
    i,
    any_value(rule) AS rule,
    any_value(verdict) AS verdict,
    any_value(is_stated) AS is_stated,
    max(q) FILTER (is_subject) AS whole,
    min(q) FILTER (NOT is_subject) AS part,
    sum(lower) FILTER (NOT is_subject) AS left_lower,
    sum(upper) FILTER (NOT is_subject) AS left_upper,
    coalesce(sum(if(coef_low = 0, 0, -coef_low * lower)) FILTER (is_subject), 0) + any_value(if(isfinite(low), low, 0)) AS right_lower,
    coalesce(sum(if(coef_high = 0, 'infinity'::DOUBLE, -coef_high * upper)) FILTER (is_subject), 0) + any_value(if(isfinite(high), high, 0)) AS right_upper,
    greatest(any_value(if(high_min_open = 0, high_min - high, 0)), any_value(if(low_max_open = 0, floor_ - low_max, 0)), 0) AS gap,
    list(q) AS quantities
FROM (
    SELECT c_term.i, c_term.q, c_range.rule, verdict, c_range.is_stated, c_role.low, c_role.high, c_range.floor_, high_min, high_min_open,
        low_max, low_max_open, coef_low, coef_high, is_subject, c_quantity.lower, c_quantity.upper
    FROM c_range
    INNER JOIN c_term USING (i)
    INNER JOIN c_role USING (role)
    INNER JOIN c_quantity USING (q)
    WHERE verdict IN ('fails', 'doubtful') OR verdict = 'open' AND has_whole AND has_part
)
GROUP BY i
UNION ALL BY NAME
SELECT
    -1 - q AS i,
    'one_value' AS rule,
    if(most_low > least_high, 'fails', 'doubtful') AS verdict,
    TRUE AS is_stated,
    q AS whole,
    q AS part,
    if(most_low > least_high, least_low, likely_least_high) AS left_lower,
    if(most_low > least_high, least_high, likely_least_high) AS left_upper,
    if(most_low > least_high, most_low, likely_most_low) AS right_lower,
    if(most_low > least_high, most_high, likely_most_low) AS right_upper,
    if(most_low > least_high, most_low - least_high, likely_most_low - likely_least_high) AS gap,
    [q] AS quantities
FROM c_stated
INNER JOIN c_quantity USING (block, cell)
WHERE observations > 1 AND 'one_value' IN (SELECT c_kept.rule FROM c_kept) AND (most_low > least_high OR likely_most_low > likely_least_high);

-- Which quantities stand in the relation that pinned another.
CREATE OR REPLACE TEMP TABLE c_pinned AS
SELECT pinned, c_term.i, c_term.q
FROM (
    SELECT q AS pinned, unnest([lower_by, upper_by]) AS i
    FROM c_quantity
    WHERE lower_by IS NOT NULL OR upper_by IS NOT NULL
)
INNER JOIN c_term USING (i);

-- The figures behind each finding: those stated of its quantities, and those of the relations that pinned the
-- others, back to what was printed.
CREATE OR REPLACE TEMP TABLE c_behind AS
WITH RECURSIVE behind (i, q, depth) AS (
    SELECT i, unnest(quantities), 0 FROM c_side WHERE verdict <> 'open'
    UNION
    SELECT behind.i, c_pinned.q, depth + 1
    FROM behind
    INNER JOIN c_pinned ON behind.q = c_pinned.pinned
    WHERE depth < 4 AND behind.i <> c_pinned.i
)

SELECT DISTINCT i, q FROM behind
UNION
SELECT i, unnest(quantities) FROM c_side;

CREATE OR REPLACE TEMP TABLE c_behind_observation AS
SELECT i, observation_id, source
FROM c_behind
INNER JOIN c_quantity USING (q)
INNER JOIN c_block USING (block)
INNER JOIN c_cell USING (cell)
INNER JOIN c_observation USING (register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means)
WHERE unit IN ('persons', 'count')
UNION
-- A share behind a finding: the instance itself is one, or a bound came by one.
SELECT i, observation_id, source
FROM (
    SELECT i, i AS shared FROM c_side
    UNION
    SELECT c_behind.i, unnest([lower_by, upper_by]) FROM c_behind INNER JOIN c_quantity USING (q)
)
INNER JOIN c_share ON shared = getvariable('shares') + share;

CREATE OR REPLACE TEMP TABLE c_finding AS
SELECT
    c_side.i,
    substr(sha256(concat_ws('|', rule, CASE
        -- The parts of a whole may be printed one by one: it stays the same finding.
        WHEN rule = 'periods_make_year' THEN whole_key || '|' || regexp_extract(piece.time_period, '[SQM]')
        WHEN rule IN ('period_within_period', 'share_of_whole') OR rule LIKE '%each_at_most%'
            THEN concat_ws('|', whole_key, part_key)
        ELSE coalesce(stated_keys, whole_key)
    END, share_place)), 1, 12) AS finding,
    rule,
    verdict,
    CASE WHEN verdict = 'open' THEN if(is_stated, 'consistent', 'incomplete') END AS status,
    source,
    coalesce(subject.register, piece.register) AS register,
    coalesce(subject.indicator, piece.indicator) AS indicator,
    coalesce(subject.ref_area, piece.ref_area) AS ref_area,
    coalesce(subject.time_period, piece.time_period) AS time_period,
    coalesce(subject.sex, piece.sex) AS sex,
    coalesce(subject.age, piece.age) AS age,
    coalesce(subject.citizenship, piece.citizenship) AS citizenship,
    coalesce(subject.exploitation, piece.exploitation) AS exploitation,
    coalesce(subject.means, piece.means) AS means,
    piece.time_period AS part_time_period,
    left_lower,
    left_upper,
    right_lower,
    right_upper,
    gap,
    observations,
    quantities
FROM c_side
LEFT JOIN (
    SELECT q, concat_ws('|', register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means) AS whole_key,
        c_block.*, c_cell.*
    FROM c_quantity INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell)
) AS subject ON c_side.whole = subject.q
LEFT JOIN (
    SELECT q, concat_ws('|', register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means) AS part_key,
        c_block.*, c_cell.*
    FROM c_quantity INNER JOIN c_block USING (block) INNER JOIN c_cell USING (cell)
) AS piece ON c_side.part = piece.q
LEFT JOIN (
    SELECT i, string_agg(observation_id, ' ' ORDER BY observation_id) AS observations,
        array_to_string(list_sort(list(DISTINCT source)), ' ') AS source
    FROM c_behind_observation
    GROUP BY i
) USING (i)
LEFT JOIN (
    SELECT i, string_agg(concat_ws('|', register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means), '|'
        ORDER BY register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means) AS stated_keys
    FROM c_term
    SEMI JOIN c_side USING (i)
    SEMI JOIN (SELECT role FROM c_role WHERE name IN ('left', 'right')) USING (role)
    INNER JOIN c_quantity USING (q)
    INNER JOIN c_block USING (block)
    INNER JOIN c_cell USING (cell)
    GROUP BY i
) USING (i)
LEFT JOIN (SELECT getvariable('shares') + share AS i, observation_id AS share_place FROM c_share) USING (i);
