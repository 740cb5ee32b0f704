-- One step outward from the quantities of failing findings: those that share a relation with one of them.
INSERT INTO engine.near BY NAME
SELECT DISTINCT q
FROM engine.term
SEMI JOIN (
    SELECT i
    FROM engine.term
    SEMI JOIN engine.near USING (q)
    ANTI JOIN engine.settled USING (i)
) AS reached USING (i)
ANTI JOIN engine.near USING (q);
