-- One step outward from the quantities of failing findings: those that share a relation with one of them.
INSERT INTO engine.near BY NAME
SELECT DISTINCT q
FROM engine.term
WHERE
    i IN (SELECT term.i FROM engine.term SEMI JOIN engine.near USING (q))
    AND i NOT IN (SELECT settled.i FROM engine.settled)
    AND q NOT IN (SELECT near.q FROM engine.near);
