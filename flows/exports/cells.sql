-- Words of others in a CSV that people open as a spreadsheet: in one line, without signs that act or are not seen, and
-- never the beginning of a formula. Negative numbers stay numbers. As `as_cell` of cuadra.flows.words.plain.
CREATE OR REPLACE TEMP MACRO as_line(words) AS regexp_replace(
    words,
    '[\p{Cc}\p{Zl}\p{Zp}\x{061c}\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}]+',
    ' ',
    'g'
);

CREATE OR REPLACE TEMP MACRO as_cell(words) AS CASE
    WHEN
        regexp_matches(as_line(words), '^\s*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]')
        AND NOT regexp_full_match(as_line(words), '[-+]?(\d[\d.,]*|[.,]\d+)?([eE][-+]?\d+)?\s?%?')
        THEN '''' || as_line(words)
    ELSE as_line(words)
END;

-- A number in plain digits, without the decimals it has not; without a bound, the word that a Data Package has for it.
CREATE OR REPLACE TEMP MACRO as_number(digits) AS CASE
    WHEN isinf(digits) THEN if(digits > 0, 'INF', '-INF')
    ELSE regexp_replace(concat(digits), '\.0$', '')
END;
