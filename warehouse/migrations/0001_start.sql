-- The tables of the warehouse. History is kept: an observation is in force while vintage_to is null.

CREATE TABLE source (
    source VARCHAR PRIMARY KEY,
    title VARCHAR,
    publisher VARCHAR,
    register VARCHAR,
    url VARCHAR,
    published VARCHAR,
    language VARCHAR,
    cadence VARCHAR,
    owner VARCHAR,
    licence VARCHAR
);

COMMENT ON TABLE source IS
'One row per source, as its last load described it';
COMMENT ON COLUMN source.source IS
'Name of the source';
COMMENT ON COLUMN source.title IS
'Title';
COMMENT ON COLUMN source.publisher IS
'Who publishes it';
COMMENT ON COLUMN source.register IS
'Counting system, unless a figure names another';
COMMENT ON COLUMN source.url IS
'Where it is published';
COMMENT ON COLUMN source.published IS
'ISO date of publication, may be partial';
COMMENT ON COLUMN source.language IS
'Language of the printed words';
COMMENT ON COLUMN source.cadence IS
'How often a new edition is expected';
COMMENT ON COLUMN source.owner IS
'Who answers for it here';
COMMENT ON COLUMN source.licence IS
'Licence of the figures';

CREATE TABLE snapshot (
    sha256 VARCHAR PRIMARY KEY,
    source VARCHAR NOT NULL,
    url VARCHAR,
    path VARCHAR,
    fetched_at TIMESTAMP,
    media_type VARCHAR
);

COMMENT ON TABLE snapshot IS
'One row per exact set of bytes fetched';
COMMENT ON COLUMN snapshot.sha256 IS
'SHA-256 of the bytes';
COMMENT ON COLUMN snapshot.source IS
'Source first read from them';
COMMENT ON COLUMN snapshot.url IS
'Where from';
COMMENT ON COLUMN snapshot.path IS
'File it was kept as';
COMMENT ON COLUMN snapshot.fetched_at IS
'When fetched, UTC';
COMMENT ON COLUMN snapshot.media_type IS
'Media type as sent';

CREATE TABLE vintage (
    vintage BIGINT PRIMARY KEY,
    source VARCHAR NOT NULL,
    edition VARCHAR NOT NULL,
    snapshot VARCHAR NOT NULL,
    run VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    rows_in BIGINT NOT NULL,
    observations BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    ignored BIGINT NOT NULL,
    new BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    unchanged BIGINT NOT NULL
);

COMMENT ON TABLE vintage IS
'One row per edition of a source as loaded';
COMMENT ON COLUMN vintage.vintage IS
'Number over all sources, in order of loading';
COMMENT ON COLUMN vintage.source IS
'Source';
COMMENT ON COLUMN vintage.edition IS
'What the source calls the edition';
COMMENT ON COLUMN vintage.snapshot IS
'SHA-256 of its bytes';
COMMENT ON COLUMN vintage.run IS
'Run that loaded it';
COMMENT ON COLUMN vintage.loaded_at IS
'When, UTC';
COMMENT ON COLUMN vintage.rows_in IS
'Rows read';
COMMENT ON COLUMN vintage.observations IS
'Rows used';
COMMENT ON COLUMN vintage.quarantined IS
'Rows quarantined';
COMMENT ON COLUMN vintage.ignored IS
'Rows ignored on purpose';
COMMENT ON COLUMN vintage.new IS
'Observations not in the edition before';
COMMENT ON COLUMN vintage.changed IS
'Observations whose figure changed';
COMMENT ON COLUMN vintage.withdrawn IS
'Observations the edition no longer prints';
COMMENT ON COLUMN vintage.unchanged IS
'Observations as before';

CREATE TABLE observation (
    observation_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    vintage VARCHAR NOT NULL,
    snapshot VARCHAR NOT NULL,
    register VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL,
    ref_area VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    sex VARCHAR NOT NULL,
    age VARCHAR NOT NULL,
    citizenship VARCHAR NOT NULL,
    exploitation VARCHAR NOT NULL,
    means VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    says VARCHAR NOT NULL,
    value DOUBLE,
    lower DOUBLE NOT NULL,
    upper DOUBLE NOT NULL,
    likely_lower DOUBLE NOT NULL,
    likely_upper DOUBLE NOT NULL,
    qualifier VARCHAR NOT NULL,
    share_of VARCHAR,
    share_base VARCHAR,
    complete VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    locator VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    published VARCHAR NOT NULL,
    vintage_from BIGINT NOT NULL,
    vintage_to BIGINT,
    known_from TIMESTAMP NOT NULL,
    known_to TIMESTAMP,
    run VARCHAR NOT NULL
);

COMMENT ON TABLE observation IS
'One row per published value and stretch of vintages in which it stood so';
COMMENT ON COLUMN observation.observation_id IS
'Name over vintages: what it is about and where, never its value';
COMMENT ON COLUMN observation.source IS
'Source';
COMMENT ON COLUMN observation.vintage IS
'Edition that first printed it so';
COMMENT ON COLUMN observation.snapshot IS
'SHA-256 of the bytes';
COMMENT ON COLUMN observation.register IS
'Counting system';
COMMENT ON COLUMN observation.indicator IS
'What is counted';
COMMENT ON COLUMN observation.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN observation.time_period IS
'SDMX period or ISO interval; _U not stated';
COMMENT ON COLUMN observation.sex IS
'Code, _T total';
COMMENT ON COLUMN observation.age IS
'Code, _T total';
COMMENT ON COLUMN observation.citizenship IS
'Code, _T total';
COMMENT ON COLUMN observation.exploitation IS
'Code, _T total';
COMMENT ON COLUMN observation.means IS
'Code, _T total';
COMMENT ON COLUMN observation.unit IS
'persons, count, percent, ratio, percent_change, per_100k';
COMMENT ON COLUMN observation.says IS
'The printed words';
COMMENT ON COLUMN observation.value IS
'The printed number; null where none is';
COMMENT ON COLUMN observation.lower IS
'Least that the words entail, in unit';
COMMENT ON COLUMN observation.upper IS
'Most that the words entail; may be infinite';
COMMENT ON COLUMN observation.likely_lower IS
'Least that a reader expects';
COMMENT ON COLUMN observation.likely_upper IS
'Most that a reader expects';
COMMENT ON COLUMN observation.qualifier IS
'How the words hedge';
COMMENT ON COLUMN observation.share_of IS
'For a share: how its whole differs from the part';
COMMENT ON COLUMN observation.share_base IS
'For a share: the one figure it is stated of';
COMMENT ON COLUMN observation.complete IS
'Breakdowns whose parts are said to be all';
COMMENT ON COLUMN observation.obs_status IS
'SDMX CL_OBS_STATUS';
COMMENT ON COLUMN observation.locator IS
'Paragraph, cell or page';
COMMENT ON COLUMN observation.said_by IS
'Who said so';
COMMENT ON COLUMN observation.published IS
'ISO date of publication';
COMMENT ON COLUMN observation.vintage_from IS
'First vintage that prints it so';
COMMENT ON COLUMN observation.vintage_to IS
'First vintage that no longer does; null in force';
COMMENT ON COLUMN observation.known_from IS
'When it was loaded, UTC';
COMMENT ON COLUMN observation.known_to IS
'When it was superseded; null in force';
COMMENT ON COLUMN observation.run IS
'Run that loaded it';

CREATE TABLE quarantine (
    source VARCHAR NOT NULL,
    vintage VARCHAR,
    snapshot VARCHAR,
    locator VARCHAR,
    reason VARCHAR,
    message VARCHAR,
    raw VARCHAR,
    run VARCHAR,
    quarantined_at TIMESTAMP
);

COMMENT ON TABLE quarantine IS
'One row per row read that broke the contract';
COMMENT ON COLUMN quarantine.source IS
'Source';
COMMENT ON COLUMN quarantine.vintage IS
'Edition';
COMMENT ON COLUMN quarantine.snapshot IS
'SHA-256 of the bytes';
COMMENT ON COLUMN quarantine.locator IS
'Place in the source';
COMMENT ON COLUMN quarantine.reason IS
'Reason code';
COMMENT ON COLUMN quarantine.message IS
'What, where, expected, got, what to do';
COMMENT ON COLUMN quarantine.raw IS
'The raw row as JSON';
COMMENT ON COLUMN quarantine.run IS
'Run that quarantined it';
COMMENT ON COLUMN quarantine.quarantined_at IS
'When, UTC';

CREATE TABLE ignored (
    source VARCHAR NOT NULL,
    vintage VARCHAR,
    snapshot VARCHAR,
    reason VARCHAR,
    rows BIGINT
);

COMMENT ON TABLE ignored IS
'One row per reason for which rows of a vintage were ignored on purpose';
COMMENT ON COLUMN ignored.source IS
'Source';
COMMENT ON COLUMN ignored.vintage IS
'Edition';
COMMENT ON COLUMN ignored.snapshot IS
'SHA-256 of the bytes';
COMMENT ON COLUMN ignored.reason IS
'Why';
COMMENT ON COLUMN ignored.rows IS
'How many rows';

CREATE TABLE rule (
    rule VARCHAR PRIMARY KEY,
    sentence VARCHAR,
    sentence_es VARCHAR,
    severity VARCHAR,
    origin VARCHAR,
    reason VARCHAR,
    version VARCHAR
);

COMMENT ON TABLE rule IS
'One row per rule in force at the last check';
COMMENT ON COLUMN rule.rule IS
'Name';
COMMENT ON COLUMN rule.sentence IS
'What must hold';
COMMENT ON COLUMN rule.sentence_es IS
'What must hold, in Spanish';
COMMENT ON COLUMN rule.severity IS
'error, warning or note';
COMMENT ON COLUMN rule.origin IS
'Code list or file it comes from';
COMMENT ON COLUMN rule.reason IS
'Why it is asked';
COMMENT ON COLUMN rule.version IS
'Changes when the rule does';

CREATE TABLE verdict (
    run VARCHAR,
    rule VARCHAR,
    source VARCHAR,
    holds BIGINT,
    open BIGINT,
    doubtful BIGINT,
    fails BIGINT,
    not_applicable BIGINT
);

COMMENT ON TABLE verdict IS
'One row per run, rule and source: how many instances of each verdict';
COMMENT ON COLUMN verdict.run IS
'Run';
COMMENT ON COLUMN verdict.rule IS
'Rule';
COMMENT ON COLUMN verdict.source IS
'Source, or several';
COMMENT ON COLUMN verdict.holds IS
'Every reading makes it true';
COMMENT ON COLUMN verdict.open IS
'Undecided';
COMMENT ON COLUMN verdict.doubtful IS
'Possible, but not as a reader expects';
COMMENT ON COLUMN verdict.fails IS
'No reading makes it true';
COMMENT ON COLUMN verdict.not_applicable IS
'Nothing to compare';

CREATE TABLE finding (
    finding VARCHAR PRIMARY KEY,
    rule VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    status VARCHAR,
    severity VARCHAR,
    source VARCHAR NOT NULL,
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    time_period VARCHAR,
    sex VARCHAR,
    age VARCHAR,
    citizenship VARCHAR,
    exploitation VARCHAR,
    means VARCHAR,
    left_lower DOUBLE,
    left_upper DOUBLE,
    right_lower DOUBLE,
    right_upper DOUBLE,
    gap DOUBLE,
    component BIGINT,
    words VARCHAR,
    observations VARCHAR,
    sentence VARCHAR,
    sentence_es VARCHAR,
    explanation VARCHAR,
    explanation_es VARCHAR,
    is_waived BOOLEAN NOT NULL,
    is_open BOOLEAN NOT NULL,
    first_run VARCHAR,
    last_run VARCHAR
);

COMMENT ON TABLE finding IS
'One row per rule and group of quantities that ever did not hold';
COMMENT ON COLUMN finding.finding IS
'12 hex digits of the rule and quantities, never of values';
COMMENT ON COLUMN finding.rule IS
'Rule';
COMMENT ON COLUMN finding.verdict IS
'fails, doubtful or open, as last seen';
COMMENT ON COLUMN finding.status IS
'For open: consistent (all parts stated) or incomplete';
COMMENT ON COLUMN finding.severity IS
'Severity of the rule';
COMMENT ON COLUMN finding.source IS
'Sources of the figures, space-separated';
COMMENT ON COLUMN finding.register IS
'Register';
COMMENT ON COLUMN finding.indicator IS
'Indicator';
COMMENT ON COLUMN finding.ref_area IS
'Area';
COMMENT ON COLUMN finding.time_period IS
'Period';
COMMENT ON COLUMN finding.sex IS
'Sex';
COMMENT ON COLUMN finding.age IS
'Age';
COMMENT ON COLUMN finding.citizenship IS
'Citizenship';
COMMENT ON COLUMN finding.exploitation IS
'Exploitation';
COMMENT ON COLUMN finding.means IS
'Means';
COMMENT ON COLUMN finding.left_lower IS
'Least of the parts';
COMMENT ON COLUMN finding.left_upper IS
'Most of the parts';
COMMENT ON COLUMN finding.right_lower IS
'Least of what they are held against';
COMMENT ON COLUMN finding.right_upper IS
'Most of what they are held against';
COMMENT ON COLUMN finding.gap IS
'By how much no reading fits';
COMMENT ON COLUMN finding.component IS
'Connected group of the last check';
COMMENT ON COLUMN finding.words IS
'JSON: the figures behind it, with words and places';
COMMENT ON COLUMN finding.observations IS
'Their observation ids, space-separated';
COMMENT ON COLUMN finding.sentence IS
'What does not add up';
COMMENT ON COLUMN finding.sentence_es IS
'The same in Spanish';
COMMENT ON COLUMN finding.explanation IS
'Which figure is probably wrong; a hypothesis';
COMMENT ON COLUMN finding.explanation_es IS
'The same in Spanish';
COMMENT ON COLUMN finding.is_waived IS
'Accepted until a date';
COMMENT ON COLUMN finding.is_open IS
'Seen by the last check';
COMMENT ON COLUMN finding.first_run IS
'Run that saw it first';
COMMENT ON COLUMN finding.last_run IS
'Run that saw it last';

CREATE TABLE explanation (
    finding VARCHAR NOT NULL,
    answer INTEGER,
    observation_id VARCHAR,
    odds DOUBLE,
    lower DOUBLE,
    upper DOUBLE,
    hypothesis VARCHAR
);

COMMENT ON TABLE explanation IS
'One row per suspect observation of a finding';
COMMENT ON COLUMN explanation.finding IS
'Finding';
COMMENT ON COLUMN explanation.answer IS
'Number of the best answer it belongs to';
COMMENT ON COLUMN explanation.observation_id IS
'Suspect';
COMMENT ON COLUMN explanation.odds IS
'Odds of this answer among the best ones';
COMMENT ON COLUMN explanation.lower IS
'Least value that would be consistent';
COMMENT ON COLUMN explanation.upper IS
'Most value that would be consistent';
COMMENT ON COLUMN explanation.hypothesis IS
'What may have happened';

CREATE TABLE bound (
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    time_period VARCHAR,
    sex VARCHAR,
    age VARCHAR,
    citizenship VARCHAR,
    exploitation VARCHAR,
    means VARCHAR,
    lower DOUBLE,
    upper DOUBLE,
    observed_lower DOUBLE,
    observed_upper DOUBLE,
    rules VARCHAR
);

COMMENT ON TABLE bound IS
'One row per quantity that rules pin tighter than its figures';
COMMENT ON COLUMN bound.register IS
'Register';
COMMENT ON COLUMN bound.indicator IS
'Indicator';
COMMENT ON COLUMN bound.ref_area IS
'Area';
COMMENT ON COLUMN bound.time_period IS
'Period';
COMMENT ON COLUMN bound.sex IS
'Sex';
COMMENT ON COLUMN bound.age IS
'Age';
COMMENT ON COLUMN bound.citizenship IS
'Citizenship';
COMMENT ON COLUMN bound.exploitation IS
'Exploitation';
COMMENT ON COLUMN bound.means IS
'Means';
COMMENT ON COLUMN bound.lower IS
'Least that is possible';
COMMENT ON COLUMN bound.upper IS
'Most that is possible';
COMMENT ON COLUMN bound.observed_lower IS
'Least by its own figures';
COMMENT ON COLUMN bound.observed_upper IS
'Most by its own figures';
COMMENT ON COLUMN bound.rules IS
'Rules that pin it';

CREATE TABLE correction (
    source VARCHAR NOT NULL,
    observation_id VARCHAR,
    was VARCHAR,
    becomes VARCHAR,
    reason VARCHAR,
    told VARCHAR,
    status VARCHAR,
    run VARCHAR
);

COMMENT ON TABLE correction IS
'One row per declared correction of a producer''s error';
COMMENT ON COLUMN correction.source IS
'Source';
COMMENT ON COLUMN correction.observation_id IS
'Observation corrected';
COMMENT ON COLUMN correction.was IS
'The printed words';
COMMENT ON COLUMN correction.becomes IS
'What they become';
COMMENT ON COLUMN correction.reason IS
'Why';
COMMENT ON COLUMN correction.told IS
'Who was told, and when';
COMMENT ON COLUMN correction.status IS
'Answer of the producer';
COMMENT ON COLUMN correction.run IS
'Last run it was applied in';

CREATE TABLE waiver (
    finding VARCHAR NOT NULL,
    until DATE,
    reason VARCHAR,
    who VARCHAR
);

COMMENT ON TABLE waiver IS
'One row per finding accepted until a date';
COMMENT ON COLUMN waiver.finding IS
'Finding';
COMMENT ON COLUMN waiver.until IS
'Until when';
COMMENT ON COLUMN waiver.reason IS
'Why';
COMMENT ON COLUMN waiver.who IS
'Who accepted it';

CREATE TABLE run (
    run VARCHAR PRIMARY KEY,
    started_at TIMESTAMP,
    ended_at TIMESTAMP,
    trigger VARCHAR,
    record VARCHAR
);

COMMENT ON TABLE run IS
'One row per run that published';
COMMENT ON COLUMN run.run IS
'Name of the run';
COMMENT ON COLUMN run.started_at IS
'Start, UTC';
COMMENT ON COLUMN run.ended_at IS
'End, UTC';
COMMENT ON COLUMN run.trigger IS
'person or schedule';
COMMENT ON COLUMN run.record IS
'JSON: counts in, out, quarantined, found; seconds and memory of each step';

CREATE TABLE publication (
    publication VARCHAR PRIMARY KEY,
    published_at TIMESTAMP NOT NULL,
    run VARCHAR NOT NULL,
    observations BIGINT,
    findings BIGINT,
    sha256 VARCHAR
);

COMMENT ON TABLE publication IS
'One row per publication of this database';
COMMENT ON COLUMN publication.publication IS
'Name';
COMMENT ON COLUMN publication.published_at IS
'When, UTC';
COMMENT ON COLUMN publication.run IS
'Run';
COMMENT ON COLUMN publication.observations IS
'Observations in force';
COMMENT ON COLUMN publication.findings IS
'Open findings that fail or are doubtful';
COMMENT ON COLUMN publication.sha256 IS
'Hash of the observations in force and of the findings';
