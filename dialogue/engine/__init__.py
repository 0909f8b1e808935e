"""The engine: Rasa in worker processes behind `Engine.handle(TurnIn) → TurnOut`."""

from dialogue.engine.pool import Engine, EngineState
from dialogue.engine.settings import EngineSettings, GraphAddress

__all__ = ["Engine", "EngineSettings", "EngineState", "GraphAddress"]
