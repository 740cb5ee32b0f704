-- Hide what shares a sum with the quantities around a small count that is given away.
INSERT INTO disclosure.around BY NAME
SELECT DISTINCT q
FROM engine.term
SEMI JOIN (
    SELECT i
    FROM engine.term
    SEMI JOIN disclosure.around USING (q)
) AS touched USING (i);

INSERT INTO disclosure.hidden BY NAME
SELECT DISTINCT q
FROM disclosure.around
ANTI JOIN disclosure.hidden USING (q);
