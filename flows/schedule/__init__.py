"""Schedules: the Prefect server, its deployments, and when each source is due."""
