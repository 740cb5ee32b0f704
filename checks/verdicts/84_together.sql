-- The smallest conflict of each group that cannot be true together takes the place of the whole group. Where another
-- finding tells it already, it has no name, and is none.
UPDATE engine.finding
SET
    finding = together_conflict.finding,
    q = together_conflict.quantities[1],
    quantities = together_conflict.quantities,
    observations = together_conflict.observations,
    source = together_conflict.source
FROM engine.together_conflict
WHERE finding.i = together_conflict.i;

UPDATE engine.group_finding
SET finding = together_conflict.finding, observations = together_conflict.observations
FROM engine.together_conflict
WHERE group_finding.i = together_conflict.i;

DELETE FROM engine.together
WHERE number IN (
    SELECT together_conflict.i - engine.instance('together', 0) FROM engine.together_conflict
    WHERE together_conflict.finding IS NULL
);

DELETE FROM engine.group_finding
WHERE finding IS NULL;

DELETE FROM engine.finding_component
WHERE i IN (
    SELECT finding.i FROM engine.finding
    WHERE finding.finding IS NULL
);

DELETE FROM engine.finding
WHERE finding IS NULL;
