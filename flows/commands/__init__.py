"""The command line."""

import os
import sys

from cuadra.flows.words.sentence import say
from cuadra.flows.words.vocabulary import LANGUAGES

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them takes 50 ms of every command

if sys.platform not in {"linux", "darwin"}:  # before anything is imported that only these systems have
    sys.stderr.writelines(say(language, "system.refused", got=sys.platform) + "\n" for language in LANGUAGES)
    raise SystemExit(2)
