"""Memory, timeout and tracing, as `.chalice/config.json` says them for Chalice's own functions and for the doors."""

import json
from pathlib import Path
from typing import Any

from chalice.config import Config


class Sizing:
    """Looks a function's size up the way Chalice does: function in stage, function, stage, default."""

    def __init__(self, config: dict[str, Any], stage: str) -> None:
        self._config = config
        self._stage = stage

    @classmethod
    def of(cls, project: Path, stage: str) -> "Sizing":
        """The sizes that the project's configuration gives for a stage."""
        return cls(json.loads((project / ".chalice" / "config.json").read_text()), stage)

    def memory(self, function: str) -> int:
        """Megabytes; the CPU share grows with them."""
        return int(self._of(function).lambda_memory_size or 512)

    def timeout(self, function: str) -> int:
        """Seconds."""
        return int(self._of(function).lambda_timeout or 10)

    @property
    def traced(self) -> bool:
        """Whether X-Ray hears of each call."""
        return bool(self._of("").xray_enabled)

    def _of(self, function: str) -> Config:
        return Config(chalice_stage=self._stage, function_name=function, config_from_disk=self._config)
