"""The login of a source: the value of its header, from the environment."""

import os

from cuadra.sources.login import Login, LoginError, server_of, variable
from cuadra.sources.source import Source, SourceError


def login_of(source: Source) -> Login:
    """The login of a source, from the environment.

    Raises:
        SourceError: there is none, or one that cannot be sent; the line does not show it.
    """
    name = variable(source.name)
    try:
        return Login(source.login, os.environ[name], server_of(source.url))
    except KeyError:
        got = "none"
    except LoginError as error:
        got = str(error).partition(", got ")[2]
    raise SourceError(
        f"{source.name}, login: expected the value of the header {source.login} in {name}, got {got}. Set it in the "
        "environment of the process that runs."
    )
