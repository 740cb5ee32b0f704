-- The lower bounds that were pinned.
UPDATE engine.quantity SET lower = bound, lower_by = pin.i
FROM engine.pin
WHERE quantity.q = pin.q;
