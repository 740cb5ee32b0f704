-- What an export shows of `figure`: a small count as fewer than $below, what would give one away as any count, and no
-- share of either; $adding are the units that add up. Grain: one row per figure that is left.
CREATE OR REPLACE TABLE disclosure.seen AS
SELECT
    figure.* REPLACE (
        CASE
            WHEN withheld.is_small THEN '<' || $below::INTEGER
            WHEN withheld.observation_id IS NOT NULL THEN 'withheld'
            ELSE says
        END AS says,
        CASE WHEN withheld.observation_id IS NULL THEN value END AS value,
        CASE WHEN withheld.observation_id IS NULL THEN lower ELSE 0.0 END AS lower,
        CASE
            WHEN withheld.is_small THEN $below - 1.0
            WHEN withheld.observation_id IS NOT NULL THEN 'infinity'::DOUBLE
            ELSE upper
        END AS upper,
        CASE WHEN withheld.observation_id IS NULL THEN likely_lower ELSE 0.0 END AS likely_lower,
        CASE
            WHEN withheld.is_small THEN $below - 1.0
            WHEN withheld.observation_id IS NOT NULL THEN 'infinity'::DOUBLE
            ELSE likely_upper
        END AS likely_upper,
        CASE
            WHEN withheld.is_small THEN 'suppressed'
            WHEN withheld.observation_id IS NOT NULL THEN 'not_mentioned'
            ELSE qualifier
        END AS qualifier,
        CASE WHEN withheld.observation_id IS NULL THEN obs_status ELSE 'Q' END AS obs_status
    )
FROM disclosure.figure() AS figure
LEFT JOIN disclosure.withheld ON figure.observation_id = withheld.observation_id
WHERE withheld.observation_id IS NULL OR list_contains($adding, figure.unit);
