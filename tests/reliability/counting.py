"""What became of the trials of one measure."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.reliability.trying import Outcome

NOT_BUILT = "nothing is built in these trials"


@dataclass
class Count:
    """What became of the trials of one measure; ``faults`` says what went wrong in each."""

    tried: int = 0
    kept: int = 0
    accepted: int = 0
    slow: int = 0
    faults: list[str] = field(default_factory=list)

    def note(self, outcome: Outcome, what: str) -> None:
        """Count an outcome: the promise is an answer without a traceback."""
        self.tried += 1
        self.accepted += outcome.verdict == "accepted" or NOT_BUILT in outcome.words
        self.slow += outcome.verdict == "slow"
        self.hold(outcome.verdict != "fault", f"{what}: {outcome.words}", again=True)

    def hold(self, kept: bool, what: str, again: bool = False) -> None:
        """Count a trial whose promise was ``kept``, or not."""
        self.tried += not again
        self.kept += bool(kept)
        if not kept:
            self.faults.append(what)
