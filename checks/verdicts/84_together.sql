-- The smallest conflict of each group that cannot be true together takes the place of the whole group.
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
