-- Parts of a division that are otherwise at most their whole make it where a figure declares them to be all.
UPDATE engine.term
SET role = raised.declared
FROM engine.raised
WHERE
    term.role = raised.role
    AND term.i IN (
        SELECT part.i
        FROM engine.term AS part
        INNER JOIN engine.raised AS known ON part.role = known.role
        INNER JOIN engine.role ON known.declared = role.role
        INNER JOIN engine.quantity USING (q)
        WHERE NOT is_subject AND complete & partition > 0
    );
