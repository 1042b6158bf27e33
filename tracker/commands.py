"""Our commands, imported only where `flask` asks for one: servers start without them."""

import importlib

from click import Command, Context
from flask.cli import AppGroup


class LazyCommands(AppGroup):
    """The group behind `app.cli`; the first look into it imports tracker/cli.py."""

    def _load(self) -> None:
        if not self.commands:
            importlib.import_module("tracker.cli").register(self)

    def list_commands(self, ctx: Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)
