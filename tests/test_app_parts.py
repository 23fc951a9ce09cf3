"""The pure parts of the app: safe Markdown and HTML, leaves of the document, the grid, exports, feedback, texts."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from app_support import money_row, real_index
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from assistant.feedback import open_feedback
from assistant.models import Answer, Citation
from assistant.views import export, html, texts
from assistant.views.budget import find_budget
from assistant.views.frame import Filters, cell_text, cell_value, make_grid, total
from assistant.views.markup import answer_markdown, number, plain, rupiah, shorten
from assistant.views.reading import Reading, piece_lines
from ingest.errors import InputError
from ingest.settings import Settings

ODD = st.text(alphabet=st.sampled_from("ab1 $*_`[]()<>!#:|\\-+.~^&{}\n\"'=/"), max_size=60)


class Tags(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs


# Markdown ------------------------------------------------------------------------------------------------------------


@given(ODD)
def test_plain_text_shows_exactly_its_characters(text: str) -> None:
    rendered = MarkdownIt("js-default").render(plain(text))
    shown = re.sub(r"<[^>]*>", "", rendered).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert shown.strip() == " ".join(text.split())
    assert set(Tags(rendered).names) <= {"p"}


@given(ODD)
def test_an_answer_never_gains_links_images_code_or_latex(text: str) -> None:
    safe = answer_markdown(text)
    assert not {"a", "img", "code", "pre", "script"} & set(Tags(MarkdownIt("js-default").render(safe)).names)
    assert not re.search(r"(?<!\\)(?:\\\\)*\$", safe) or "\\\\" in safe


@pytest.mark.parametrize("address", ["http://a.b/c.png", "https://a.b", "www.a.id", "mailto:a@b.id", "nama@b.id"])
def test_a_bare_address_does_not_become_a_link(address: str) -> None:
    """The browser's Markdown links addresses in the text it shows, after escapes are gone: they must be broken there."""
    for made in (plain(f"lihat {address}"), answer_markdown(f"lihat {address}")):
        shown = re.sub(r"\\(?=[^\w\s])", "", made)
        assert "\u200b" in shown
        assert not re.search(r"(https?|mailto):|www\.|\w@\w", shown)


def test_an_answer_keeps_bold_lists_and_tables() -> None:
    text = "**60** [1]\n\n- satu\n- dua\n\n| Tahun | Target |\n| --- | ---: |\n| 2027 | 60 |"
    names = Tags(MarkdownIt("js-default").render(answer_markdown(text))).names
    assert {"strong", "ul", "table"} <= set(names)


def test_marks_become_links_only_where_there_is_a_citation() -> None:
    assert answer_markdown("a [1] b [7]", {1}, "sumber-x") == "a [1](#sumber-x-1) b \\[7\\]"


def test_the_asked_year_is_bold_in_the_table() -> None:
    assert "| **2027** | **60** |" in answer_markdown("| Tahun | T |\n| --- | --- |\n| 2027 | 60 |\n| 2028 | 61 |", years=(2027,))


@pytest.mark.parametrize(
    ("value", "said"), [("1234.5", "1.234,5"), ("1000000", "1.000.000"), ("0.50", "0,5"), ("-12", "-12"), ("100", "100")]
)
def test_numbers_are_indonesian(value: str, said: str) -> None:
    assert number(Decimal(value)) == said


def test_rupiah_come_with_words_of_scale() -> None:
    assert rupiah(Decimal(907187500000)) == "Rp907.187.500.000 (907,19 miliar)"


@given(st.text(max_size=80), st.integers(5, 40))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


# HTML of the document ------------------------------------------------------------------------------------------------


def reading() -> Reading:
    index = real_index()
    return Reading(index.documents[0], index.figures.tables)


def test_every_block_and_row_of_the_plan_is_on_exactly_one_leaf() -> None:
    book = reading()
    seen: dict[int, int] = {}
    for leaf in book.leaves:
        for piece in leaf.pieces:
            first = piece_lines(piece)[0]
            seen[first] = seen.get(first, 0) + 1
    assert set(seen.values()) == {1}
    headers = {line for t in book.tables for line in t.header_lines}
    inside = [(t.span.line_start, t.span.line_end) for t in book.tables]
    for block in book.document.blocks:
        line = block.span.line_start
        assert line in seen or line in headers or any(a <= line <= b for a, b in inside), block.text[:60]


def test_every_table_row_of_the_plan_is_shown_once() -> None:
    book = reading()
    shown = [int(x) for leaf in book.leaves for x in re.findall(r'<tr id="baris-(\d+)"', html.plan_html(leaf.pieces))]
    wanted = [row.lines[0] for table in book.tables for row in table.rows]
    assert sorted(shown) == sorted(wanted)


def test_leaves_are_short_enough_to_send() -> None:
    assert max(len(html.plan_html(leaf.pieces)) for leaf in reading().leaves) < 60_000


def test_merged_headers_cover_every_column_once() -> None:
    for table in reading().tables:
        width = sum(int(x) for x in re.findall(r'colspan="(\d+)"', str(html.head_html(table)).split("</tr>")[0]))
        assert width == len(table.columns), table.name


@given(ODD)
def test_text_of_the_plan_never_becomes_a_tag(text: str) -> None:
    made = str(html.inline(text, html.Shown(words=("a",))))
    assert set(Tags(made).names) <= {"mark", "strong", "em", "br"}
    assert not Tags(made).attributes


def test_the_quote_is_marked_among_its_neighbours() -> None:
    book = reading()
    block = next(b for b in book.document.blocks if b.kind == "paragraph" and b.span.line_start == b.span.line_end and len(b.text) > 80)
    lines = (block.span.line_start, block.span.line_end)
    pieces = book.pieces_around(lines)
    made = html.plan_html(pieces, html.Shown(lines, block.text))
    assert len(pieces) > 1
    assert "<mark>" in made
    assert made.count("hit") == 1


def test_a_section_is_found_again_by_the_key_of_its_link() -> None:
    book = reading()
    for section in book.outline:
        found = book.section_named(book.section_key(section))
        assert found is not None
        assert found.id == section.id


def test_search_finds_all_words_in_any_case() -> None:
    found = reading().search("VISI misi")
    assert found
    assert all("visi" in f.snippet.casefold() or "misi" in f.snippet.casefold() for f in found)


# the grid ------------------------------------------------------------------------------------------------------------


def test_every_figure_has_one_cell_of_the_grid() -> None:
    index = real_index()
    grid = make_grid(index.figures)
    assert sorted(f.id for line in grid.lines for f in line.cells.values()) == sorted(f.id for f in index.figures.figures)


def test_filters_admit_only_what_fits() -> None:
    grid = make_grid(real_index().figures)
    unit = grid.values("org_unit")[0]
    lines = grid.filtered(Filters(words="jumlah", chosen={"org_unit": (unit,)}, years=(2027,)))
    assert lines
    assert all(line.first.org_unit == unit and 2027 in line.cells and "jumlah" in line.words for line in lines)


def test_a_total_is_exact_and_carries_its_formula() -> None:
    grid = make_grid(real_index().figures)
    money = [line for line in grid.lines if line.first.measure == "alokasi" and 2027 in line.cells and line.cells[2027].value is not None]
    lines = [line for line in money if (line.first.level, line.first.table_id) == (money[0].first.level, money[0].first.table_id)][:3]
    found = total(lines, 2027)
    assert found is not None
    value, formula = found
    assert value == sum((line.cells[2027].value or 0) * line.cells[2027].scale for line in lines)
    assert formula.endswith(f"= {number(value)}")


def test_different_units_are_not_added() -> None:
    grid = make_grid(real_index().figures)
    money = next(line for line in grid.lines if line.money)
    other = next(line for line in grid.lines if not line.money)
    assert total([money, other], 2027) is None


def test_a_parent_is_not_added_to_what_it_holds() -> None:
    grid = make_grid(real_index().figures)
    money = [line for line in grid.lines if line.money and 2027 in line.cells]
    other = next(line for line in money if line.first.level != money[0].first.level)
    assert total([money[0], other], 2027) is None


def test_the_budget_is_no_more_than_one_row_an_activity() -> None:
    budget = find_budget(real_index().figures)
    codes = [row.first.activity_code for row in budget.rows]
    assert codes
    assert len(set(codes)) == len(codes)
    by_unit = sum(sum(sums.values()) for _, sums in budget.grouped(lambda row: row.org_unit))
    by_activity = sum(sum(sums.values()) for _, sums in budget.grouped(lambda row: row.name))
    assert by_unit == by_activity


# exports -------------------------------------------------------------------------------------------------------------


def answer() -> Answer:
    figure = money_row(real_index())[0]
    citation = Citation(n=1, doc=figure.doc, section="Lampiran", lines=(figure.line, figure.line), quote="a\tb\x0b")
    return Answer(
        question="Berapa?",
        answer="**60** orang [1]\n\n- satu\n- dua\n\n| Tahun | T |\n| --- | ---: |\n| 2027 | **60** |",
        status="answered",
        abstained=False,
        mode="lookup",
        citations=(citation,),
        warnings=("berbeda",),
        index="x",
    )


def test_word_export_holds_text_table_and_source() -> None:
    document = Document(io.BytesIO(export.as_docx(answer())))
    body = "\n".join(p.text for p in document.paragraphs)
    assert "60 orang [1]" in body
    assert "satu" in body
    assert "Sumber" in body
    assert [c.text for c in document.tables[0].rows[1].cells] == ["2027", "60"]


def test_markdown_export_quotes_the_source() -> None:
    assert "> a\tb" in export.as_markdown(answer())


def test_spreadsheet_keeps_numbers_and_never_a_formula() -> None:
    rows: list[list[export.Value]] = [["=1+1", Decimal("907187500000"), 2027], ["@x", Decimal("58.5"), None]]
    sheet = load_workbook(io.BytesIO(export.as_xlsx(["a", "b", "c"], rows, "Uji"))).active
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == 907187500000
    assert sheet["B3"].value == 58.5


def test_csv_is_what_an_indonesian_spreadsheet_reads() -> None:
    data = export.as_csv(["nama", "nilai"], [["=jahat()", Decimal("58.50")], ["b;c", None]])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["'=jahat()", "58,50"]
    assert rows[2] == ["b;c", ""]


def test_the_exported_grid_equals_the_shown_one() -> None:
    grid = make_grid(real_index().figures)
    for line in grid.lines[:200]:
        for figure in line.cells.values():
            value = cell_value(figure)
            assert isinstance(value, str) == (figure.value is None)
            assert cell_text(figure)


@pytest.mark.parametrize(("question", "name"), [("Berapa target 2027?", "berapa-target-2027"), ("???", "jawaban"), ("../../x", "x")])
def test_file_names_are_harmless(question: str, name: str) -> None:
    assert export.file_name(question) == name


# feedback ------------------------------------------------------------------------------------------------------------


def test_votes_are_kept_replaced_and_nobody_votes_for_another(tmp_path: Path) -> None:
    store = open_feedback(Settings(index=tmp_path / "index", feedback_url=f"sqlite:///{tmp_path}/f.sqlite"))
    store.record("k1", "ani", answer())
    store.vote("k1", "ani", True)
    store.vote("k1", "ani", False, "salah tahun")
    with pytest.raises(InputError):
        store.vote("k1", "budi", True)
    tally = store.tally()
    assert (tally.asked, tally.up, tally.down) == (1, 0, 1)
    assert store.latest()[0].reason == "salah tahun"


def test_a_wrong_database_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RENSTRA_FEEDBACK_URL"):
        open_feedback(Settings(feedback_url="tidak-dikenal://x"))


# texts ---------------------------------------------------------------------------------------------------------------


def test_every_text_stands_in_both_languages_with_the_same_blanks() -> None:
    for key, (first, second) in texts.TEXTS.items():
        assert first
        assert second
        assert set(re.findall(r"{(\w+)}", first)) == set(re.findall(r"{(\w+)}", second)), key


def test_every_text_that_is_asked_for_exists_and_none_is_left_over() -> None:
    folder = Path(texts.__file__).parent
    code = "\n".join(p.read_text(encoding="utf-8") for p in [*folder.glob("*.py"), folder.parent.parent / "app.py"] if p.name != "texts.py")
    asked = set(re.findall(r"""["']([a-z_]+(?:\.[a-z0-9_]+)*)["']""", code))
    stems = (
        "status.",
        "page.",
        "severity.",
        "kind.",
        "budget.",
        "figures.view.",
        "figures.order.",
        "example.",
        "step.",
        "flag.",
        "count.",
        "working.",
    )
    unused = [k for k in texts.TEXTS if k not in asked and not k.startswith(stems)]
    assert not unused
    direct = set(re.findall(r"""\bt\(\s*["']([^"'{}]+)["']""", code))
    assert direct <= set(texts.TEXTS), direct - set(texts.TEXTS)
