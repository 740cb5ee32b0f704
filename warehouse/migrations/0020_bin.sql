-- A publication that is large keeps its figures and open findings in Parquet files beside the database, a bin each.
CREATE TABLE bin (
    file VARCHAR NOT NULL,
    of_table VARCHAR NOT NULL,
    bin INTEGER NOT NULL,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);

COMMENT ON TABLE bin IS
'One row per file of figures or open findings beside the database; empty where the publication is one file';
COMMENT ON COLUMN bin.file IS
'Its name in the folder bins';
COMMENT ON COLUMN bin.of_table IS
'The table whose rows it holds';
COMMENT ON COLUMN bin.bin IS
'Number of the bin; no relation leads from one to another';
COMMENT ON COLUMN bin.rows IS
'How many rows it holds';
COMMENT ON COLUMN bin.bytes IS
'Its size';
COMMENT ON COLUMN bin.sha256 IS
'SHA-256 of its bytes';
COMMENT ON COLUMN bin.content IS
'Sum of the hashes of its rows: a bin that says the same is not written again';
