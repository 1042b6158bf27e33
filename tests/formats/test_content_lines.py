"""Text for content lines: cleaned, freed of HTML, escaped, folded."""

import unicodedata
from time import perf_counter

import pytest
from hypothesis import example, given, strategies as st

from tracker.formats.content_lines import escape, fold, many_lines, one_line, plain_text

ANYTHING = st.text(st.characters(codec=None, exclude_categories=[]))


def unfold(octets: bytes) -> str:
    return octets.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode()


@given(ANYTHING)
@example("\ud800\x00\x1b\x7f\x85\ufeff")
@example("one\rtwo\r\nthree\x0bfour\u2028five")
def test_cleaned_text_has_no_control_characters(text: str) -> None:
    cleaned = many_lines(text)
    control = {char for char in cleaned if unicodedata.category(char) in ("Cc", "Cs")}
    assert control <= {"\n"}
    assert many_lines(cleaned) == cleaned
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("one\rtwo\r\nthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\x0btwo\u2028three\u2029four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("a\x00b\x1b[0mc", "ab[0mc"),
        ("\ufeffname\uffff", "name"),
        ("  a \t b  \n\n\n\n c ", "a b\n\n c"),
        ("Año Nuevo, São Paulo 日本 🌎", "Año Nuevo, São Paulo 日本 🌎"),
    ],
)
def test_many_lines(text: str, expected: str) -> None:
    assert many_lines(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li>One</li>\n<li>Two</li></ul>", "- One\n- Two"),
        ("<b>Bold</b> and <i>slanted</i>\nnext line", "Bold and slanted\nnext line"),
        (
            '<a href="https://example.org/x?a=1&amp;b=2">Agenda</a>',
            "Agenda (https://example.org/x?a=1&b=2)",
        ),
        ('<a href="https://example.org/">https://example.org/</a>', "https://example.org/"),
        ('<a href="mailto:someone@example.org">Ask</a>', "Ask"),
        ("<p>Hi</p><script>alert('<b>')</script><style>p {}</style>", "Hi"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<p>a < b and <unknown></p>", "a < b and <unknown>"),
        ('<DIV CLASS="x">Upper</DIV><!-- hidden -->', "Upper"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_html_becomes_plain_text(text: str, expected: str) -> None:
    assert plain_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a < b",
        "a <b and c> d",
        "1 <2> 3",
        "R&D, AT&T; &amp; &copy 2024",
        "<https://example.org/>",
        "x << y >> z <",
        "<!-- not HTML without a tag",
        "C:\\new\\path",
    ],
)
def test_text_that_is_not_html_is_kept(text: str) -> None:
    assert plain_text(text) == text


@given(st.text(st.sampled_from("<>/!-&;=\"' \nabpiulhr1")))
def test_tag_soup_never_fails(text: str) -> None:
    assert plain_text(f"<p>{text}</p>") == many_lines(plain_text(f"<p>{text}</p>"))


@pytest.mark.parametrize(
    "piece", ["<!--", "<p ", "<p a=b ", "<a href='", "<", "&", "<p>", "\r", "\t"]
)
def test_long_nonsense_takes_no_time(piece: str) -> None:
    text = "<p>" + piece * 30_000
    started = perf_counter()
    plain_text(text)
    one_line(text)
    assert perf_counter() - started < 2, "minutes where the time grows with the square"


def test_text_is_escaped() -> None:
    assert escape('a,b;c\\d\ne:f"') == 'a\\,b\\;c\\\\d\\ne:f"'


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
@example("x" * 75)
@example("x" * 76)
@example("é" * 200)
@example("x" + "🌎" * 60)
def test_folding_never_splits_a_character(text: str) -> None:
    line = "X-NAME:" + text
    octets = fold(line)
    assert octets.endswith(b"\r\n")
    assert unfold(octets) == line
    pieces = octets.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert [piece.decode() for piece in pieces], "each piece is UTF-8 of its own"


def test_folding_fills_its_lines() -> None:
    lengths = [len(piece) for piece in fold("SUMMARY:" + "e" * 200).split(b"\r\n")]
    assert lengths == [75, 75, 60, 0]
