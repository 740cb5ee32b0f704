-- What an answer needs beside its suspects, so that no number is offered that the other figures forbid.
ALTER TABLE explanation ADD COLUMN beside VARCHAR;

COMMENT ON COLUMN explanation.beside IS
'Observations of which one would be wrong too, where what would be consistent contradicts them; space-separated';
