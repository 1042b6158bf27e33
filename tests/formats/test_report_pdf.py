"""Reports on paper: tagged, in their language, and whatever the texts are."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tracker.formats.report_pdf import (
    Card,
    Cell,
    Chart,
    Column,
    Document,
    Section,
    Series,
    write_pdf,
    write_pictures,
)

BARS = Section(
    title="By space",
    columns=[Column("Space"), Column("", "bar"), Column("People", "number")],
    rows=[
        [Cell("LACNIC", detail="Registry"), Cell(dark=0.5, pale=1.0), "38"],
        ["IGF", Cell(), "•"],
    ],
    legend=["People", "Attendances"],
    notes=["A small figure is hidden."],
)
MONTHS = Section(
    title="By month",
    columns=[Column("Month"), Column("Events", "number")],
    rows=[["January", "3"], ["February", "–"]],
    legend=["2024", "2023"],
    chart=Chart(
        labels=["J", "F", "M"],
        series=[
            Series("2024", [0.5, None, 1.0], ["3", "•", "6"]),
            Series("2023", [0, 0.25, 0.5], ["0", "2", "3"]),
        ],
        ticks=[(0, "0"), (1.0, "6")],
        alt="Bars of events",
    ),
)
HEAT = Section(
    title="Coverage",
    columns=[Column("Space"), Column("LACNIC", "heat"), Column("ISOC", "heat")],
    rows=[
        ["IGF", Cell("0/1", tone="gap"), Cell(tone="blank")],
        ["CaribNOG", Cell("1/3", tone="little"), Cell("2/2", tone="all")],
        ["LACIGF", Cell("2/3", tone="most"), Cell(tone="blank")],
    ],
)
DOCUMENT = Document(
    language="es",
    title="LACNIC: participación en 2023",
    facts=["1 de enero – 31 de diciembre", "frente a 2022"],
    generated="Datos al 31 ene 2026",
    created=datetime(2026, 1, 31, 12, 30, tzinfo=UTC),
    cards=[Card("Eventos", "31", change="+4"), Card("Alcanzados", "2.140 – 3.385", "al menos")],
    sections=[BARS, MONTHS, HEAT],
    empty="",
    method_title="Cómo se contó",
    method=["Eventos por fecha local.", "Datos al 31 de enero."],
    page_of="Página {page} de {pages}",
    unprintable="Un carácter no se puede imprimir.",
)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(document: Document) -> str:
    pages = read(write_pdf(document)).pages
    return "\n".join(page.extract_text() for page in pages)


def tags_of(content: bytes) -> list[str]:
    """The kinds of the elements of the structure tree, from the top."""

    def walk(node) -> list[str]:
        node = node.get_object()
        if isinstance(node, list):
            return [tag for each in node for tag in walk(each)]
        if not isinstance(node, dict):
            return []
        own = [node["/S"]] if "/S" in node else []
        return own + (walk(node["/K"]) if "/K" in node else [])

    return walk(read(content).trailer["/Root"]["/StructTreeRoot"])


def in_rows(count: int, columns: int = 3) -> Section:
    heads = [Column(f"Column {n}", "number" if n else "text") for n in range(columns)]
    rows = [[f"Row {row}", *["7"] * (columns - 1)] for row in range(count)]
    return Section("Long", heads, rows, wide=columns > 8)


class TestDocument:
    def test_it_is_pdf_ua_in_its_language_with_its_title(self):
        reader = read(write_pdf(DOCUMENT))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == "es"
        assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
        assert reader.metadata.title == DOCUMENT.title

    def test_headings_tables_lists_and_figures_are_tagged(self):
        tags = tags_of(write_pdf(DOCUMENT))
        assert tags.count("/H1") == 1
        assert tags.count("/H2") == 4
        assert tags.count("/Table") == 3
        assert {"/THead", "/TH", "/TD", "/L", "/LI", "/Figure"} <= set(tags)

    def test_headings_can_be_jumped_to(self):
        outline = read(write_pdf(DOCUMENT)).outline
        assert outline[0].title == DOCUMENT.title
        assert [each.title for each in outline[1]] == [
            "By space", "By month", "Coverage", "Cómo se contó",
        ]  # fmt: skip

    def test_everything_that_was_handed_over_is_on_paper(self):
        text = text_of(DOCUMENT)
        for wanted in (
            "Encuentro", *DOCUMENT.facts, "31", "+4", "2.140 – 3.385", "al menos", "LACNIC",
            "Registry", "38", "•", "A small figure is hidden.", "January", "0/1", "2/2",
            *DOCUMENT.method, "Página 1 de 1", DOCUMENT.generated,
        ):  # fmt: skip
            assert wanted in text, wanted

    def test_the_same_document_gives_the_same_bytes(self):
        assert write_pdf(DOCUMENT) == write_pdf(DOCUMENT)
        later = replace(DOCUMENT, created=datetime(2026, 2, 1, tzinfo=UTC))
        assert write_pdf(DOCUMENT) != write_pdf(later)

    def test_its_date_is_that_of_its_figures(self):
        metadata = read(write_pdf(DOCUMENT)).metadata
        assert metadata.creation_date.astimezone(UTC).date() == DOCUMENT.created.date()

    def test_one_without_measures_and_tables_has_its_method_still(self):
        text = text_of(replace(DOCUMENT, cards=[], sections=[], empty="Nada registrado."))
        assert "Nada registrado." in text
        assert DOCUMENT.method[0] in text

    def test_it_can_be_looked_at(self):
        assert [page[:4] for page in write_pictures(DOCUMENT)] == [b"\x89PNG"]


class TestTables:
    def test_headings_stand_on_every_page(self):
        pages = read(write_pdf(replace(DOCUMENT, sections=[in_rows(120)]))).pages
        assert len(pages) > 2
        assert all("Column 1" in page.extract_text() for page in pages[:3])
        assert f"Página 2 de {len(pages)}" in pages[1].extract_text()

    def test_a_wide_table_lies_on_its_side(self):
        pages = read(write_pdf(replace(DOCUMENT, sections=[in_rows(3, columns=10)]))).pages
        sizes = [(page.mediabox.width, page.mediabox.height) for page in pages]
        assert any(width > height for width, height in sizes)
        assert any(width < height for width, height in sizes)

    def test_a_link_leads_to_where_it_says(self):
        link = Cell("The report", link="https://example.org/report?a=1&b=2")
        section = Section("S", [Column("Title")], [[link]])
        page = read(write_pdf(replace(DOCUMENT, sections=[section]))).pages[0]
        links = [each.get_object() for each in page["/Annots"]]
        assert [each["/A"]["/URI"] for each in links] == [link.link]

    def test_bars_of_nothing_draw_nothing(self):
        chart = Chart(["2024"], [Series("x", [None], ["•"])], [(0, "0")], "alt", stacked=True)
        section = replace(MONTHS, chart=chart)
        assert write_pdf(replace(DOCUMENT, sections=[section]))[:5] == b"%PDF-"


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        ["#panic() *bold* _it_ $x^2$ = heading", '"] #read("/etc/passwd")', "\\u{1F600} \\ // <a>",
         "@someone <label> `raw` ~", "- item", "{page} {pages}"],
    )  # fmt: skip
    def test_no_text_is_taken_for_markup(self, text):
        section = Section(text, [Column(text)], [[text], [Cell(text, detail=text)]])
        document = replace(DOCUMENT, title=text, cards=[Card(text, text)], sections=[section])
        found = "".join(text_of(document).split())
        assert found.count("".join(text.split())) >= 6

    def test_names_of_the_region_and_beyond_are_written(self):
        names = ["Muñoz Peña", "Łódź", "Nguyễn Thị", "Ωμέγα", "Иванов", "Ağaoğlu", "São Tomé"]
        section = Section("S", [Column("Name")], [[name] for name in names])
        text = text_of(replace(DOCUMENT, sections=[section]))
        # The reader of these tests stumbles over letters of a word that are of two fonts.
        together = "".join(text.split())
        assert all(name.replace(" ", "") in together for name in names if "ễ" not in name)
        assert "Nguyễ" in together
        assert DOCUMENT.unprintable not in text

    @pytest.mark.parametrize(
        "text",
        [
            "\u0409\u0346\u0335",
            "\u2194\ufe01\u036e",
            "Ñ\ufe05\u0349\u20e3",
            "\u200d\ufe0f\u05d0\u0335",
        ],
    )
    def test_marks_that_no_font_puts_together_are_no_failure(self, text):
        document = replace(DOCUMENT, facts=[text], method=[text, "Иванов"])
        assert "Иванов" in text_of(document)

    @pytest.mark.parametrize("text", ["日本語", "😀", "\x07", "\ufffe", "a\u0000b"])
    def test_what_no_font_has_is_replaced_and_that_is_said(self, text):
        text = text_of(replace(DOCUMENT, method=[f"before {text} after"]))
        assert "before" in text
        assert DOCUMENT.unprintable in text

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(max_size=40), st.text(max_size=40))
    def test_any_text_can_be_printed(self, one, other):
        section = Section(
            f"In {one}", [Column(other)], [[one], [Cell(other, detail=one)]], notes=[other]
        )
        document = replace(DOCUMENT, title=f"Of {one}", facts=[other], sections=[section])
        assert write_pdf(document)[:5] == b"%PDF-"
