"""Owns what every table of this service shares: the declarative base and the column types."""

from __future__ import annotations

from sqlalchemy import DateTime, Double, Text
from sqlalchemy.dialects.postgresql import ARRAY

from kit.db import new_base

Table = new_base()

Time = DateTime(timezone=True)
Texts = ARRAY(Text)
Doubles = ARRAY(Double)
