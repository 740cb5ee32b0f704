-- Grain: one row per figure that was in force at the end of a day: FROM as_known_on('2026-03-01').
CREATE OR REPLACE MACRO as_known_on(day) AS TABLE
    SELECT
        observation.observation_id,
        observation.source,
        block.register,
        block.indicator,
        block.ref_area,
        block.time_period,
        cell.* EXCLUDE (cell),
        observation.unit,
        observation.says,
        observation.value,
        observation.lower,
        observation.upper,
        observation.obs_status,
        observation.locator,
        observation.known_from,
        observation.known_to
    FROM observation
    INNER JOIN block USING (block)
    INNER JOIN cell USING (cell)
    WHERE known_from < day::date + 1 AND (known_to IS NULL OR known_to >= day::date + 1);
