-- The findings of an export: from `published`, `in_force` (the figures in force, in the columns of the contract) and
-- `hidden` (those whose numbers are not shown, with their block and cell). The variables are `language`, the reader's;
-- `small`, the units in which a number below `below` could identify someone, none where small counts are to be shown;
-- `verdicts`, the verdicts that are wanted, or null.

CREATE OR REPLACE TEMP MACRO label_of(of_list, of_code) AS coalesce(
    (
        SELECT any_value(if(getvariable('language') = 'es', coalesce(code.label_es, code.label_en), code.label_en))
        FROM published.code AS code
        WHERE code.list = of_list AND code.code = of_code
    ),
    of_code
);

-- Grain: one row per finding that is open and wanted.
CREATE TEMP TABLE wanted AS
SELECT
    finding.finding,
    finding.component,
    finding.observations
FROM published.finding AS finding
WHERE
    finding.is_open
    AND coalesce(list_contains(getvariable('verdicts')::varchar[], finding.verdict), TRUE);

-- Grain: one row per finding that is open and term of it; is_withheld says that it would give a small count away.
CREATE TEMP TABLE term AS
WITH in_persons AS (
    SELECT DISTINCT indicator
    FROM in_force
    WHERE list_contains(getvariable('small'), unit)
),

by_figure AS (
    SELECT DISTINCT
        each.finding,
        each.term
    FROM (
        SELECT
            finding_term.finding,
            finding_term.term,
            unnest(string_split(finding_term.observations, ' ')) AS observation_id
        FROM published.finding_term AS finding_term
    ) AS each
    SEMI JOIN hidden ON each.observation_id = hidden.observation_id
)

SELECT
    finding_term.*,
    coalesce(
        by_figure.finding IS NOT NULL
        OR (finding_term.block, finding_term.cell) IN (SELECT (block, cell) FROM hidden)
        OR (
            block.indicator IN (SELECT indicator FROM in_persons)
            AND finding_term.lower >= 1 AND finding_term.upper < getvariable('below')
        ),
        FALSE
    ) AS is_withheld
FROM published.finding_term AS finding_term
INNER JOIN wanted ON finding_term.finding = wanted.finding
INNER JOIN published.block AS block ON finding_term.block = block.block
LEFT JOIN by_figure ON finding_term.finding = by_figure.finding AND finding_term.term = by_figure.term;

-- Grain: one row per finding that is open; is_told says that its explanation gives nothing away either.
CREATE TEMP TABLE told AS
WITH by_figure AS (
    SELECT DISTINCT each.finding
    FROM (
        SELECT
            wanted.finding,
            unnest(string_split(wanted.observations, ' ')) AS observation_id
        FROM wanted
    ) AS each
    SEMI JOIN hidden ON each.observation_id = hidden.observation_id
),

each AS (
    SELECT
        wanted.finding,
        wanted.component,
        coalesce(by_term.is_withheld, FALSE) OR by_figure.finding IS NOT NULL AS is_withheld
    FROM wanted
    LEFT JOIN (
        SELECT
            finding,
            bool_or(is_withheld) AS is_withheld
        FROM term
        GROUP BY finding
    ) AS by_term ON wanted.finding = by_term.finding
    LEFT JOIN by_figure ON wanted.finding = by_figure.finding
)

SELECT
    finding,
    is_withheld,
    NOT bool_or(is_withheld) OVER (PARTITION BY component, if(component IS NULL, finding, NULL)) AS is_told
FROM each;

-- Grain: one row per rule and group of quantities that does not hold now.
CREATE TEMP TABLE finding AS
SELECT
    seen.finding,
    cause_finding.cause,
    seen.rule,
    seen.verdict,
    seen.severity,
    seen.source AS sources,
    block.* EXCLUDE (block),
    cell.* EXCLUDE (cell),
    CASE WHEN NOT told.is_withheld THEN seen.left_lower END AS left_lower,
    CASE WHEN NOT told.is_withheld THEN seen.left_upper END AS left_upper,
    CASE WHEN NOT told.is_withheld THEN seen.right_lower END AS right_lower,
    CASE WHEN NOT told.is_withheld THEN seen.right_upper END AS right_upper,
    CASE WHEN NOT told.is_withheld THEN seen.gap END AS gap,
    seen.observations AS observation_ids,
    CASE getvariable('language') WHEN 'es' THEN seen.sentence_es ELSE seen.sentence END AS sentence,
    CASE
        WHEN NOT told.is_told THEN NULL
        WHEN getvariable('language') = 'es' THEN seen.explanation_es
        ELSE seen.explanation
    END AS explanation,
    told.is_withheld,
    seen.is_waived
FROM published.finding AS seen
LEFT JOIN published.block AS block ON seen.block = block.block
LEFT JOIN published.cell AS cell ON seen.cell = cell.cell
INNER JOIN told ON seen.finding = told.finding
LEFT JOIN (
    SELECT
        finding,
        any_value(cause) AS cause
    FROM published.cause_finding
    GROUP BY finding
) AS cause_finding ON seen.finding = cause_finding.finding;

-- Grain: one row per finding and quantity that its rule adds or compares.
CREATE TEMP TABLE finding_term AS
SELECT
    term.finding,
    term.term,
    term.side,
    term.coefficient,
    block.* EXCLUDE (block),
    cell.* EXCLUDE (cell),
    CASE WHEN NOT told.is_withheld THEN term.lower END AS lower,
    CASE WHEN NOT told.is_withheld THEN term.upper END AS upper,
    CASE WHEN NOT told.is_withheld THEN term.likely_lower END AS likely_lower,
    CASE WHEN NOT told.is_withheld THEN term.likely_upper END AS likely_upper,
    term.observations AS observation_ids,
    term.is_suspect
FROM term
INNER JOIN told ON term.finding = told.finding
INNER JOIN published.block AS block ON term.block = block.block
INNER JOIN published.cell AS cell ON term.cell = cell.cell;
