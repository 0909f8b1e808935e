"""Answer → Message: Chinese wording under the number lock, tables, sources, what was assumed."""

from dialogue.rendering.answers import render

__all__ = ["render"]
