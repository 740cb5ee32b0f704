-- Grain: one row per figure that was in force at the end of a day: FROM as_known_on('2026-03-01').
CREATE OR REPLACE MACRO as_known_on(day) AS TABLE
    SELECT
        observation_id,
        source,
        register,
        indicator,
        ref_area,
        time_period,
        sex,
        age,
        citizenship,
        exploitation,
        means,
        unit,
        says,
        value,
        lower,
        upper,
        obs_status,
        locator,
        known_from,
        known_to
    FROM observation
    WHERE known_from < day::date + 1 AND (known_to IS NULL OR known_to >= day::date + 1);
