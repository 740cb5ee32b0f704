-- Cuántas cifras de cada fuente están vigentes. Grano: una fila por fuente. Un ejemplo: cámbielo o bórrelo.
CREATE OR REPLACE VIEW ejemplo_cifras_por_fuente AS
SELECT
    source,
    count(*) AS figures
FROM figure
GROUP BY source
ORDER BY source;

COMMENT ON VIEW ejemplo_cifras_por_fuente IS 'Cuántas cifras de cada fuente están vigentes; una fila por fuente';
COMMENT ON COLUMN ejemplo_cifras_por_fuente.source IS 'La fuente, como la llama `cuadra sources`';
COMMENT ON COLUMN ejemplo_cifras_por_fuente.figures IS 'Cuántas cifras suyas están vigentes';
