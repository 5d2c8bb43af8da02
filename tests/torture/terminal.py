"""Terminals: under a pseudo-terminal, over a store of hostile text, nothing
that any tool prints on either stream controls it."""
from bad import play

CASES = 40


def case(ready, dice, place):
    return play("terminal", dice, place)
