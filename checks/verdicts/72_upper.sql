-- The upper bounds that were pinned.
UPDATE engine.quantity SET upper = bound, upper_by = pin.i
FROM engine.pin
WHERE quantity.q = pin.q;
