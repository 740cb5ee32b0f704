"""Verdicts: every rule over every quantity, evaluated as sets in DuckDB."""
