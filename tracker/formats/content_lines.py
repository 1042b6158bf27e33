"""Content lines of iCalendar (RFC 5545, 3.1): cleaning, escaping and folding of text.

Written here rather than through the icalendar library, which lets control characters pass, leaves
some properties unescaped and takes ten times as long.
"""

import re
from html.parser import HTMLParser

_CRLF = b"\r\n"
_LINE_OCTETS = 75

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
# A folded line made of white space alone ends the property for some readers, so no long run of
# white space may reach the fold.
_WIDE_SPACES = re.compile(r"[^\S\n]{2,}|\t")
_TRAILING_SPACES = re.compile(r"[^\S\n]+\n")
_EMPTY_LINES = re.compile(r"\n{3,}")
_ODD_BREAKS = (" \n", "\n\n\n")
_AROUND_BREAK = re.compile(r"\s*\n\s*")

_BLOCKS = (
    "address|article|blockquote|body|br|center|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|head"
    "|header|hr|html|li|main|nav|ol|p|pre|section|table|tbody|tfoot|thead|tr|ul"
)
_INLINES = (
    "a|abbr|b|big|cite|code|del|em|font|i|img|ins|link|mark|meta|o:p|q|s|script|small|span|strike"
    "|strong|style|sub|sup|td|th|title|u"
)
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?"""
_TAG = re.compile(rf"</?(?:{_BLOCKS}|{_INLINES}){_ATTRIBUTES}>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS}){_ATTRIBUTES}>", re.IGNORECASE)
_LONE_LESS_THAN = re.compile(rf"<(?!/?(?:{_BLOCKS}|{_INLINES}){_ATTRIBUTES}>)", re.IGNORECASE)
_BLOCK_NAME = re.compile(_BLOCKS)
_PARAGRAPHS = frozenset({"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = frozenset({"script", "style", "title"})


def _is_plain(text: str) -> bool:
    """Whether there is nothing to clean but breaks: most texts, told in a tenth of the time."""
    return "  " not in text and text.replace("\n", "").isprintable()


def many_lines(text: str) -> str:
    """Return text as a calendar may carry it: no control characters, every line break `\\n`."""
    if _is_plain(text) and not any(odd in text for odd in _ODD_BREAKS):
        return text.strip()
    text = _FORBIDDEN.sub("", _LINE_BREAKS.sub("\n", text))
    text = _TRAILING_SPACES.sub("\n", _WIDE_SPACES.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    """Return text as a calendar may carry it, on one line."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _AROUND_BREAK.sub(" ", many_lines(text))


def plain_text(text: str) -> str:
    """Return HTML as plain text with its line breaks and links; other text keeps its `<` and `&`.

    Thunderbird, Outlook and macOS show the tags of an HTML description.
    """
    if "<" not in text or not _TAG.search(text):
        return many_lines(text)
    reader = _HtmlText(keep_breaks=not _BLOCK_TAG.search(text))
    reader.feed(_LONE_LESS_THAN.sub("&lt;", _without_comments(text)))
    reader.close()
    return many_lines("".join(reader.pieces))


def escape(text: str) -> str:
    """Return text escaped as a TEXT value (RFC 5545, 3.3.11)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;")
    return text.replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> bytes:
    """Return one content line in UTF-8, folded at 75 octets between characters, CRLF included."""
    octets = line.encode()
    if len(octets) <= _LINE_OCTETS:
        return octets + _CRLF
    pieces = []
    start, room = 0, _LINE_OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # inside a UTF-8 sequence
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, _LINE_OCTETS - 1  # the space that marks a continuation
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + _CRLF


def _without_comments(text: str) -> str:
    kept = []
    begin = 0
    while (start := text.find("<!--", begin)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[begin:start])
        begin = end + len("-->")
    return "".join(kept) + text[begin:]


class _HtmlText(HTMLParser):
    """Collects the text of HTML in `pieces`."""

    def __init__(self, *, keep_breaks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._keep_breaks = keep_breaks
        self._hidden = 0
        self._link = ""
        self._link_start = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
            self._link_start = len(self.pieces)
        else:
            self._break_line(tag)
            if tag == "li":
                self.pieces.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "a":
            self._end_link()
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag not in ("br", "li"):
            self._break_line(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not self._keep_breaks:
            data = re.sub(r"[ \t\r\n]+", " ", data)
            if not self.pieces or self.pieces[-1].endswith("\n"):
                data = data.lstrip(" ")
        if data:
            self.pieces.append(data)

    def _break_line(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag == "br" or (
            _BLOCK_NAME.fullmatch(tag) and self.pieces and not self.pieces[-1].endswith("\n")
        ):
            self.pieces.append("\n")

    def _end_link(self) -> None:
        label = "".join(self.pieces[self._link_start :]).strip()
        if self._link.startswith(("http://", "https://")) and self._link != label:
            self.pieces.append(f" ({self._link})" if label else self._link)
        self._link = ""
