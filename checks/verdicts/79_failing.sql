-- How much of each rule does not hold in each source, before it is decided what of it is shown.
INSERT INTO engine.failing BY NAME
SELECT
    rule,
    source,
    count(*) FILTER (verdict = 'fails') AS fails,
    count(*) FILTER (verdict = 'doubtful') AS doubtful
FROM engine.judged()
WHERE verdict IN ('fails', 'doubtful')
GROUP BY rule, source;
