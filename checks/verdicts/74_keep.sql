-- The verdicts of this half round take the place of those before; what failed or was doubtful stays so, or fails.
DELETE FROM engine.range_now
WHERE
    verdict <> 'fails'
    AND i IN (
        SELECT range.i FROM engine.range
        WHERE range.verdict IN ('fails', 'doubtful')
    );

-- What holds only because rules pinned its figures is still open: not every reading of the words makes it true.
UPDATE engine.range_now
SET verdict = 'open'
WHERE verdict = 'holds' AND i IN (
    SELECT range.i FROM engine.range
    WHERE range.verdict = 'open'
);

DELETE FROM engine.range
WHERE i IN (SELECT range_now.i FROM engine.range_now);

INSERT INTO engine.range BY NAME
SELECT *
FROM engine.range_now;
