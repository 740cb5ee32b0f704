"""The command line."""

import sys

from cuadra.flows.words.sentence import say
from cuadra.flows.words.vocabulary import LANGUAGES

if sys.platform not in {"linux", "darwin"}:  # before anything is imported that only these systems have
    sys.stderr.writelines(say(language, "system.refused", got=sys.platform) + "\n" for language in LANGUAGES)
    raise SystemExit(2)
