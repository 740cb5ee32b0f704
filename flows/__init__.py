"""When things happen: the only room that knows Prefect, the clock, the environment and the terminal."""
