-- What is probably wrong in a sentence of its own, beside the explanation of each finding.
ALTER TABLE cause ADD COLUMN likely VARCHAR;
ALTER TABLE cause ADD COLUMN likely_es VARCHAR;

COMMENT ON COLUMN cause.likely IS
'Which figure is probably wrong, and what would fit; a hypothesis. Null of a doubt';
COMMENT ON COLUMN cause.likely_es IS
'The same in Spanish';
