"""Rows that stand for nobody: note-takers and recorders, screen shares, totals."""

import re

from tracker.formats.attendees.values import fold

# Only what a program calls itself: somebody may well be called Otter, Gong or Grain.
_BRANDS = (
    "read|otter|fireflies|meetgeek|fathom|tldv|gong|sembly|avoma|grain|krisp|tactiq|supernormal"
    "|circleback|granola|spinach|airgram|fellow|jamie|nyota|laxis|bluedot|leexi|rewatch|chorus"
    "|notta|noty|colibri|vowel|sonix|tl ?dv"
)
_BOT = re.compile(
    # their addresses on the web, as they show them
    r"\b(read|otter|fireflies|meetgeek|krisp|sembly|avoma|fathom|tactiq|supernormal|circleback|notta"
    r"|noty|granola|spinach|airgram|nyota|laxis)\.ai\b"
    r"|\bgong\.io\b|\bgrain\.(co|com)\b|\bfathom\.video\b|\btl;dv\b|\btldv\b|\bmeetgeek\b|\bfireflies\b.*\b(ai|bot)\b"
    # what they do, in words that no name holds
    r"|\bnote[\s-]?taker\b|\bmeeting notes?\b|\bai (companion|assistant|notes?|meeting assistant|notetaker)\b"
    r"|\b(meeting|zoom|webex|teams|cloud|screen) (recorder|recording|grabber)\b|\brecording bot\b"
    r"|\botter ?pilot\b|\b(microsoft|clari|m365|365) copilot\b|\bcopilot (notes|bot)\b|\bwebex assistant\b"
    r"|\b(tomador|tomadora) de notas\b|\basistente de (ia|notas|reuni(ones|[oó]n))\b"
    r"|\bassistente de (ia|notas|reuni[oõ]es)\b|\b(bot|robot|robô) de (grabaci[oó]n|grava[cç][aã]o)\b"
    r"|\bgrabador(a)? de (la )?reuni(ones|[oó]n)\b|\bgravador de reuni(ões|ão)\b"
    rf"|\b({_BRANDS})('s)?[\s-]+(ai|assistant|bot|notes|recorder|notebook|meeting assistant)\b"
    rf"|^\W*({_BRANDS}|copilot|ai companion|notetaker|recorder)\W*$"
)
_BOT_ADDRESS = re.compile(
    r"(fred|bot|notes?|note-?taker|notetaker|assistant|recorder|meeting|record)[\w.+-]*"
    r"@([\w-]+\.)*(fireflies\.ai|read\.ai|otter\.ai|meetgeek\.ai|tldv\.io|gong\.io|avoma\.com"
    r"|sembly\.ai|fathom\.video|grain\.com|grain\.co|krisp\.ai)"
)
_SCREEN_SHARE = re.compile(
    r"[(\[](presentation|presenting|presentaci[oó]n|apresenta[cç][aã]o|screen shar\w+"
    r"|pantalla compartida)[)\]]\s*$",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(grand |sub ?)?(total|totales|totals|totais|subtotal)"
    r"( (general|geral|final|de )?(participants?|participantes|asistentes|attendees|personas|people"
    r"|pessoas|registered|attended|inscritos|horas|hours|minutos|minutes|general|geral|final))?"
    r"( \d+)?|suma|soma|sum"
)


def is_bot(name: str, email: str) -> bool:
    """Whether a name or address is that of a program that listens and takes notes."""
    return _BOT.search(name.lower()) is not None or (
        bool(email) and _BOT_ADDRESS.fullmatch(email) is not None
    )


def is_screen_share(name: str) -> bool:
    """Whether somebody's screen stands here beside the person."""
    return name.endswith((")", "]")) and _SCREEN_SHARE.search(name) is not None


def is_total(first_cell: str) -> bool:
    """Whether a row that begins so adds others up."""
    return len(first_cell) < 60 and _TOTAL.fullmatch(fold(first_cell)) is not None
