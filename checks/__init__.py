"""What must hold: pure functions from frames of observations to verdicts. Imports nothing else of ours."""
