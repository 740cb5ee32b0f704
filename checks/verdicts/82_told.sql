-- What others tell already is open, and no finding.
UPDATE engine.range
SET verdict = 'open'
WHERE i IN (SELECT told.i FROM engine.told);

DELETE FROM engine.group_finding
WHERE i IN (SELECT told.i FROM engine.told);

DELETE FROM engine.finding_component
WHERE i IN (SELECT told.i FROM engine.told);

DELETE FROM engine.finding
WHERE i IN (SELECT told.i FROM engine.told);
