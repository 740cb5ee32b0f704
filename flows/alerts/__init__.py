"""Alerts: what people are told, where, and once."""
