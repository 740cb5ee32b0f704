-- What each finding adds, what findings come down to, how each figure fares, and where a figure is in its document.
CREATE TABLE finding_term (
    finding VARCHAR NOT NULL,
    term INTEGER NOT NULL,
    side VARCHAR NOT NULL,
    coefficient DOUBLE NOT NULL,
    block BIGINT NOT NULL,
    cell INTEGER NOT NULL,
    lower DOUBLE NOT NULL,
    upper DOUBLE NOT NULL,
    likely_lower DOUBLE NOT NULL,
    likely_upper DOUBLE NOT NULL,
    observations VARCHAR NOT NULL,
    is_suspect BOOLEAN NOT NULL
);

COMMENT ON TABLE finding_term IS
'One row per term of an open finding that fails or is doubtful';
COMMENT ON COLUMN finding_term.coefficient IS
'What the quantity is multiplied by in the sum; 0 for what a printed share makes of its whole';
COMMENT ON COLUMN finding_term.lower IS
'Least of the quantity that the verdict rests on: as printed, or as rules pin it where nobody states it';
COMMENT ON COLUMN finding_term.upper IS
'Most of the quantity that the verdict rests on';
COMMENT ON COLUMN finding_term.observations IS
'Ids of the observations that state it, space-separated; empty where none does';

CREATE TABLE cause (
    cause VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    rank INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    gap DOUBLE NOT NULL,
    relative_gap DOUBLE NOT NULL,
    block BIGINT,
    cell INTEGER,
    observations VARCHAR NOT NULL,
    sources VARCHAR NOT NULL,
    is_open BOOLEAN NOT NULL,
    first_run VARCHAR NOT NULL,
    last_run VARCHAR NOT NULL
);

COMMENT ON TABLE cause IS
'One row per cause that findings ever came down to';
COMMENT ON COLUMN cause.kind IS
'one: one figure is probably wrong; either: one of several; none: none can be named; tangled: too much contradicts';
COMMENT ON COLUMN cause.verdict IS
'fails where one of its findings fails, doubtful otherwise';
COMMENT ON COLUMN cause.findings IS
'How many relations it breaks';
COMMENT ON COLUMN cause.gap IS
'The widest gap of its findings';
COMMENT ON COLUMN cause.observations IS
'Ids of the observations suspected, space-separated; empty where none can be named';

CREATE TABLE cause_finding (
    cause VARCHAR NOT NULL,
    finding VARCHAR NOT NULL
);

COMMENT ON TABLE cause_finding IS
'One row per finding of a cause; those of a cause that is over are those it had last';

CREATE TABLE figure_tally (
    observation_id VARCHAR NOT NULL,
    holds INTEGER NOT NULL,
    fails INTEGER NOT NULL,
    doubtful INTEGER NOT NULL,
    restated INTEGER NOT NULL,
    open INTEGER NOT NULL
);

COMMENT ON TABLE figure_tally IS
'One row per figure in force that the last check evaluated one by one: how many relations of each verdict it is in';

ALTER TABLE observation ADD COLUMN position INTEGER;
ALTER TABLE observation ADD COLUMN anchor VARCHAR;
