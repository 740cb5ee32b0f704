-- Grain: one row per figure and per cause that is not as it was in a publication: FROM changed_since('2026…Z').
CREATE OR REPLACE MACRO changed_since(name) AS TABLE
    WITH since AS (
        SELECT
            run,
            published_at
        FROM publication
        WHERE publication.publication = name
    ),

    figure_after AS (
        SELECT
            observation_id,
            any_value(source) AS source,
            any_value(block) AS block,
            any_value(cell) AS cell,
            arg_max(says, vintage_from) FILTER (WHERE known_from <= since.published_at) AS said,
            arg_max(says, vintage_from) FILTER (WHERE known_to IS NULL) AS says
        FROM observation
        CROSS JOIN since
        WHERE known_to IS NULL OR known_to > since.published_at
        GROUP BY observation_id
        HAVING bool_or(known_from > since.published_at OR known_to > since.published_at)
    )

    SELECT
        'figure' AS kind,
        CASE
            WHEN said IS NULL THEN 'new'
            WHEN says IS NULL THEN 'withdrawn'
            WHEN
                said <> says
                AND regexp_replace(said, '^.* \[printed: (.*)\]$', '\1')
                = regexp_replace(says, '^.* \[printed: (.*)\]$', '\1')
                THEN CASE WHEN says LIKE '% [printed: %]' THEN 'corrected' ELSE 'uncorrected' END
            ELSE 'changed'
        END AS change,
        observation_id AS key,
        source AS sources,
        block,
        cell,
        said,
        says
    FROM figure_after
    WHERE said IS NOT NULL OR says IS NOT NULL
    UNION ALL BY NAME
    SELECT
        'cause' AS kind,
        CASE WHEN cause.is_open THEN 'new' ELSE 'over' END AS change,
        cause.cause AS key,
        cause.sources,
        cause.block,
        cause.cell,
        NULL AS said,
        NULL AS says
    FROM cause
    CROSS JOIN since
    WHERE
        (cause.is_open AND cause.news_run > since.run)
        OR (NOT cause.is_open AND cause.last_run >= since.run AND cause.first_run <= since.run);
