"""What others take away: figures and findings as files, with what describes them."""
