-- What an export shows of c_figure: a small count as fewer than so many, what would give one away as any count, and
-- no share of either. Grain: one row per figure that is left.
CREATE OR REPLACE TEMP TABLE c_seen AS
SELECT
    c_figure.* REPLACE (
        CASE
            WHEN is_withheld_small THEN '<' || getvariable('small') WHEN is_withheld THEN 'withheld' ELSE says
        END AS says,
        CASE WHEN NOT is_withheld THEN value END AS value,
        CASE WHEN is_withheld THEN 0.0 ELSE lower END AS lower,
        CASE
            WHEN is_withheld_small THEN getvariable('small') - 1.0 WHEN is_withheld THEN 'infinity'::DOUBLE ELSE upper
        END AS upper,
        CASE WHEN is_withheld THEN 0.0 ELSE likely_lower END AS likely_lower,
        CASE
            WHEN is_withheld_small THEN getvariable('small') - 1.0 WHEN is_withheld THEN 'infinity'::DOUBLE
            ELSE likely_upper
        END AS likely_upper,
        CASE WHEN is_withheld_small THEN 'suppressed' WHEN is_withheld THEN 'not_mentioned' ELSE qualifier END
            AS qualifier,
        CASE WHEN is_withheld THEN 'Q' ELSE obs_status END AS obs_status
    )
FROM (
    SELECT
        c_figure.*,
        c_withheld.observation_id IS NOT NULL AS is_withheld,
        coalesce(is_small, FALSE) AS is_withheld_small
    FROM c_figure
    LEFT JOIN c_withheld USING (observation_id)
) AS c_figure
WHERE NOT is_withheld OR unit IN ('persons', 'count');

ALTER TABLE c_seen DROP COLUMN is_withheld;
ALTER TABLE c_seen DROP COLUMN is_withheld_small;
