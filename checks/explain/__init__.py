"""Explanations: which figures are probably wrong, and what would make the others agree."""
