"""Exit codes: what a script that calls us can tell apart."""

DONE = 0
#: The training failed, or something unforeseen happened.
FAILED = 1
#: One line on stderr says what, why and what to do.
BAD_INPUT = 2
#: A training was stopped before its end.
STOPPED = 3

#: Of a training, by the state in which it ended.
EXIT_CODES = {"finished": DONE, "stopped": STOPPED}
