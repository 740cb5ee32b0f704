"""Alerts: messages for people, each sent once to each channel."""
