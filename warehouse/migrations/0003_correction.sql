-- A correction is found by the place of its figure, and expires.
ALTER TABLE correction ADD COLUMN locator VARCHAR;
ALTER TABLE correction ADD COLUMN until DATE;
ALTER TABLE correction DROP COLUMN observation_id;

COMMENT ON COLUMN correction.locator IS
'Place of the figure corrected';
COMMENT ON COLUMN correction.until IS
'Day after which its source fails';
COMMENT ON COLUMN alert_episode.kind IS
'finding, or the kind of trouble: source_failed, missed_run, quarantine_growth, revised';
