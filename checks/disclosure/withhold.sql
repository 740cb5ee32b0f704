-- The figures of what is hidden so far.
TRUNCATE disclosure.withheld;

INSERT INTO disclosure.withheld BY NAME
SELECT
    observation_id,
    is_small
FROM disclosure.printed
INNER JOIN disclosure.hidden USING (q);
