"""What is on its way to the workers of a cluster: calls ready to travel, and who has which of them."""

from __future__ import annotations

import math
from concurrent.futures import Future
from dataclasses import dataclass, field

from builder.batch.crew import Call

GRACE = 60.0  # s beside the limits of its calls that a parcel may take: transport, the start of a slot


@dataclass(eq=False, slots=True)
class Packet:
    """A call ready to travel, and how often a worker was lost with it."""

    call: Call
    data: bytes
    needs: frozenset[str]
    losses: int = 0

    @property
    def suspect(self) -> bool:
        """True where a worker was lost with it, perhaps because of it."""
        return self.losses > 0


@dataclass(eq=False, slots=True)
class Worker:
    """A worker at an address: its threads, the shared values that it has, its parcels by their futures.

    ``heard`` is when it last answered, or got the first of its parcels; ``strikes`` are its errors in a row.
    """

    address: str
    threads: int
    has: frozenset[str] = frozenset()
    flying: dict[Future[bytes], tuple[Packet, ...]] = field(default_factory=dict)
    heard: float = 0.0
    strikes: int = 0

    @property
    def load(self) -> float:
        """Parcels for each thread: one is worked on, one waits. With a suspect nothing else is to fly."""
        if any(packet.suspect for packets in self.flying.values() for packet in packets):
            return math.inf
        return len(self.flying) / self.threads

    def overdue(self, now: float) -> bool:
        """True where it has been silent for longer than any of its parcels may take."""
        if not self.flying:
            return False
        return now - self.heard > GRACE + max(map(_patience, self.flying.values()))


def _patience(packets: tuple[Packet, ...]) -> float:
    """Seconds that a parcel may take by the limits of its calls; the longest of them may be tried three times."""
    limits = [packet.call.limits.seconds for packet in packets]
    return sum(limits) + 2 * max(limits, default=0.0)
