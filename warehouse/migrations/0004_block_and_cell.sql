-- A quantity is a block (register, indicator, area, period) and a cell (breakdowns), each by its number. The breakdowns
-- that figures have had so far are carried over by name; which of them stay is for the topic to say, once this is done.
CREATE TABLE block (
    block BIGINT PRIMARY KEY,
    register VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL,
    ref_area VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL
);

COMMENT ON TABLE block IS
'One row per register, indicator, area and period that figures are about';

CREATE TABLE cell (
    cell INTEGER PRIMARY KEY,
    sex VARCHAR NOT NULL,
    age VARCHAR NOT NULL,
    citizenship VARCHAR NOT NULL,
    exploitation VARCHAR NOT NULL,
    means VARCHAR NOT NULL
);

COMMENT ON TABLE cell IS
'One row per combination of breakdowns; the columns are those of the topic';

CREATE TABLE code (
    list VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    label_en VARCHAR,
    label_es VARCHAR,
    parent VARCHAR,
    partition VARCHAR,
    kind VARCHAR,
    scope VARCHAR
);

COMMENT ON TABLE code IS
'One row per code and partition it is a part of, from the code lists of the topic';

INSERT INTO block BY NAME
SELECT
    row_number() OVER (ORDER BY register, indicator, ref_area, time_period) AS block,
    register,
    indicator,
    ref_area,
    time_period
FROM (
    SELECT
        register,
        indicator,
        ref_area,
        time_period
    FROM observation
    UNION
    SELECT
        register,
        indicator,
        ref_area,
        time_period
    FROM finding
    UNION
    SELECT
        register,
        indicator,
        ref_area,
        time_period
    FROM bound
) AS said
WHERE register IS NOT NULL AND indicator IS NOT NULL AND ref_area IS NOT NULL AND time_period IS NOT NULL;

INSERT INTO cell BY NAME
SELECT
    row_number() OVER (ORDER BY sex, age, citizenship, exploitation, means) AS cell,
    sex,
    age,
    citizenship,
    exploitation,
    means
FROM (
    SELECT
        sex,
        age,
        citizenship,
        exploitation,
        means
    FROM observation
    UNION
    SELECT
        sex,
        age,
        citizenship,
        exploitation,
        means
    FROM finding
    UNION
    SELECT
        sex,
        age,
        citizenship,
        exploitation,
        means
    FROM bound
) AS said
WHERE
    sex IS NOT NULL AND age IS NOT NULL AND citizenship IS NOT NULL AND exploitation IS NOT NULL AND means IS NOT NULL;

ALTER TABLE observation RENAME TO observation_before;

CREATE TABLE observation (
    observation_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    vintage VARCHAR NOT NULL,
    snapshot VARCHAR NOT NULL,
    block BIGINT NOT NULL,
    cell INTEGER NOT NULL,
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

-- A left join, so that a row that finds no number is refused by NOT NULL and never lost.
INSERT INTO observation BY NAME
SELECT
    observation_before.* EXCLUDE (
        register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means
    ),
    block.block,
    cell.cell
FROM observation_before
LEFT JOIN block USING (register, indicator, ref_area, time_period)
LEFT JOIN cell USING (sex, age, citizenship, exploitation, means);

DROP TABLE observation_before;

ALTER TABLE finding RENAME TO finding_before;

CREATE TABLE finding (
    finding VARCHAR PRIMARY KEY,
    rule VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    status VARCHAR,
    severity VARCHAR,
    source VARCHAR NOT NULL,
    block BIGINT,
    cell INTEGER,
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

INSERT INTO finding BY NAME
SELECT
    finding_before.* EXCLUDE (
        register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means
    ),
    block.block,
    cell.cell
FROM finding_before
LEFT JOIN block USING (register, indicator, ref_area, time_period)
LEFT JOIN cell USING (sex, age, citizenship, exploitation, means);

DROP TABLE finding_before;

ALTER TABLE bound RENAME TO bound_before;

CREATE TABLE bound (
    block BIGINT,
    cell INTEGER,
    lower DOUBLE,
    upper DOUBLE,
    observed_lower DOUBLE,
    observed_upper DOUBLE,
    rules VARCHAR
);

COMMENT ON TABLE bound IS
'One row per quantity that rules pin tighter than its figures';

INSERT INTO bound BY NAME
SELECT
    bound_before.* EXCLUDE (
        register, indicator, ref_area, time_period, sex, age, citizenship, exploitation, means
    ),
    block.block,
    cell.cell
FROM bound_before
LEFT JOIN block USING (register, indicator, ref_area, time_period)
LEFT JOIN cell USING (sex, age, citizenship, exploitation, means);

DROP TABLE bound_before;
