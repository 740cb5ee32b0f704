"""Disclosure control: which small counts of persons an export withholds."""
