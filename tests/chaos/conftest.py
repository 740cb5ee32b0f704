from tests.flows.conftest import cuadra, first_run, prefect_server

__all__ = ["cuadra", "first_run", "prefect_server"]
