-- What the numbers of a finding are shares or rates of.
ALTER TABLE finding ADD COLUMN per VARCHAR;
COMMENT ON COLUMN finding.per IS
'Unit of its numbers and key of what they are of, where they are shares or rates (percent|…); null for counts';
