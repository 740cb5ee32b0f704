-- A cause that was over, or that breaks one relation more, is news again.
ALTER TABLE cause ADD COLUMN news_run VARCHAR;
UPDATE cause
SET news_run = first_run;

COMMENT ON COLUMN cause.news_run IS
'The last run in which it was new, or newly broke a relation';
