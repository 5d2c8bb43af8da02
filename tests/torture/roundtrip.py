"""Round trips: ten thousand generated orders a case go through the store as
CSV or JSON, come out as they went in, and go in again as the same."""
from bad import play

CASES = 100


def case(ready, dice, place):
    return play("roundtrip", dice, place, COUNT="10000")
