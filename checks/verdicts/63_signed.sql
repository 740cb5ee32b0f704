-- Of numbers that may be below zero, a part may exceed its whole, and so may several. What then says nothing is no
-- relation: that parts at most make their whole, or that each is at most it.
DELETE FROM engine.term
WHERE i IN (
    SELECT term.i
    FROM engine.term
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    WHERE is_partition AND isinf(role.low)
    GROUP BY term.i
    HAVING bool_or(is_signed)
);
