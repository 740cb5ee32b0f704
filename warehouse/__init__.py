"""Where figures go: the only room that knows DuckDB files."""
