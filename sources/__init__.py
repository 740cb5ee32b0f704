"""Where figures come from: a folder (for press, a file) is a source; a module beside them is machinery."""
