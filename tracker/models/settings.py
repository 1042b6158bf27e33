"""What an installation remembers about itself, beside its data."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, ShortText


class Setting(Base):
    """A remembered value, such as which edition of the reference data was loaded."""

    __tablename__ = "settings"
    logged = False

    name: Mapped[ShortText] = mapped_column(unique=True)
    value: Mapped[str] = mapped_column(Text)
