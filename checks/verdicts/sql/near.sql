-- One step outward from the quantities of failing findings: those that share a relation with one of them.
INSERT INTO c_near
SELECT DISTINCT q
FROM c_term
WHERE
    i IN (SELECT c_term.i FROM c_term SEMI JOIN c_near USING (q))
    AND q NOT IN (SELECT c_near.q FROM c_near)
