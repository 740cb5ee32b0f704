-- A rule of plausibility says what is usual. What breaks it is possible, so it is doubtful at most, and nothing follows
-- from it: its instances are judged by what the words entail, and are no part of bounds propagation.
UPDATE engine.range
SET verdict = 'doubtful'
FROM engine.kept
WHERE range.rule = kept.rule AND is_plausible AND verdict = 'fails';

INSERT INTO engine.settled BY NAME
SELECT i
FROM engine.range
INNER JOIN engine.kept USING (rule)
WHERE is_plausible;

INSERT INTO engine.touched BY NAME
SELECT i
FROM engine.range
WHERE verdict <> 'fails' AND i NOT IN (SELECT settled.i FROM engine.settled);
