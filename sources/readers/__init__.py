"""Readers: figures, tables, documents, archives and prose, whatever the source."""
