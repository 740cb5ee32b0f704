"""Whether all that has to work unattended does: seen from outside the scheduler, which can stop silently."""
