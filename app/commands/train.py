"""`jinwen train`: trains the language model if its inputs changed."""

from __future__ import annotations

import typer

from app.commands.console import out


def train(force: bool = typer.Option(False, "--force", help="没有变化也重新训练。")) -> None:
    """训练语言模型；训练数据、规则和配置都没有变时什么也不做。知识变了不需要训练。"""
    from app.lifetime import unwind_on_signals
    from app.settings import load_settings
    from app.training import ensure_model

    unwind_on_signals()
    model = ensure_model(load_settings(), out, force=force)
    out(f"模型可用：{model}")
