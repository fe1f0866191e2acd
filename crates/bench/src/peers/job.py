"""What both peers share: the job's constants, pseudonyms, and the account of what was used."""

import hmac
import json
import time
import uuid

FROM, UNTIL = "2020-01-01", "2024-12-31"
CODE = "I50"


def pseudonym(key: bytes, person: str) -> str:
    """HMAC-SHA256 of the person's id, 128 bits, as Varde makes them: once for each person."""
    return hmac.digest(key, uuid.UUID(person).bytes, "sha256")[:16].hex()


class Account:
    """Measures from here on: imports and the start of Python are not counted."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def say(self, people: int, rows: int):
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        outcome = {"wall_seconds": wall, "cpu_seconds": cpu, "peak_bytes": self.peak(), "people": people, "rows": rows}
        print(json.dumps(outcome))

    @staticmethod
    def peak() -> int:
        """The most memory so far. VmHWM and not getrusage: the latter remembers the process that started this one."""
        with open("/proc/self/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024
