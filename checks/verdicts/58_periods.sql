-- Rules between periods. Grain: one row per instance and quantity in it.
TRUNCATE engine.period_instance;

INSERT INTO engine.period_instance BY NAME
SELECT
    engine.next('periods', row_number() OVER (ORDER BY len(parts), whole_q, rule, parts)) AS i,
    rule,
    kinds,
    whole_q,
    parts
FROM engine.period_relation;

INSERT INTO engine.term BY NAME
SELECT
    i,
    q,
    role
FROM (
    SELECT
        i,
        unnest(parts) AS q,
        split_part(rule, ',', 1) || ' part' || if(contains(rule, ','), ', rest', '') AS name
    FROM engine.period_instance
    UNION ALL
    SELECT
        i,
        whole_q AS q,
        split_part(rule, ',', 1) || ' whole' || if(contains(rule, ','), ', rest', '') AS name
    FROM engine.period_instance
)
INNER JOIN engine.role USING (name);
