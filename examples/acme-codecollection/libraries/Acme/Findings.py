"""Collects what the tasks of a suite find, and turns it into a score."""

from robot.api import logger
from robot.api.deco import keyword, library


@library(scope="SUITE", version="1.2.0", doc_format="ROBOT")
class Findings:
    """Collects findings of the tasks of one suite.

    A finding has a severity from 1 (critical) to 4 (information). `Score Of Findings` turns what was
    collected into a number between 0 and 1 that a monitor can push.
    """

    WEIGHTS = {1: 1.0, 2: 0.5, 3: 0.2, 4: 0.0}

    def __init__(self, worst: int = 1):
        self.worst = worst
        self.findings = []

    @keyword
    def add_finding(self, title: str, severity: int = 3, **details) -> None:
        """Remembers a finding. ``details`` are printed in the report."""
        self.findings.append({"title": title, "severity": max(severity, self.worst), **details})
        logger.info(f"severity {severity}: {title}")

    @keyword
    def get_findings(self, max_severity: int = 4) -> list:
        """Returns the findings that are at least as severe as ``max_severity``."""
        return [finding for finding in self.findings if finding["severity"] <= max_severity]

    @keyword(tags=["score"])
    def score_of_findings(self) -> float:
        """Returns 1 where nothing was found, and less the more severe the findings are."""
        lost = sum(self.WEIGHTS.get(finding["severity"], 0.0) for finding in self.findings)
        return max(0.0, 1.0 - lost)

    def reset(self):
        self.findings = []
