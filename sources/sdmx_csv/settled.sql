-- The figures of an SDMX-CSV file of which the survey has found that each row can be used.
-- Grain: one row per row of the file. Filled in: cells and file, as in figures.sql.
SELECT
    *,
    says[1] = '<' AS is_suppressed,
    '' AS reason
FROM (SELECT $cells FROM $file)
