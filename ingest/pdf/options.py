"""Every tolerance of the PDF reader, named and checked."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PdfOptions(BaseModel):
    """Lengths ending in `_em` are in type sizes of the text at hand, other lengths in points (1/72 inch)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # limits
    max_pages: int = Field(default=5000, gt=0, description="a longer file is refused")
    max_chars_per_page: int = Field(default=100_000, gt=0, description="what a page prints beyond that is not read")
    max_rules_per_page: int = Field(default=20_000, gt=0, description="a page with more ruling lines is a drawing: its lines are ignored")
    pages_per_task: int = Field(default=16, gt=0, description="pages that one worker process reads before it lets go of them")
    parallel_from: int = Field(default=24, gt=0, description="shorter files are read in this process")

    # words
    word_gap_em: float = Field(default=0.15, gt=0, lt=1, description="a wider gap between characters parts two words")
    same_line_share: float = Field(default=0.5, gt=0, le=1, description="words whose heights overlap by this share stand on one line")

    # ruling lines
    thin_rule: float = Field(default=3.0, gt=0, description="a filled rectangle no thicker than this is a drawn line")
    snap: float = Field(default=3.0, ge=0, description="lines closer than this are one line; ends this near to a line meet it")
    min_rule: float = Field(default=6.0, gt=0, description="shorter lines rule no table")
    column_drift: float = Field(default=6.0, ge=0, description="column borders of different rows this close are one border")
    row_drift: float = Field(default=3.0, ge=0, description="row borders of different cells this close are one border")

    # tables without ruling lines
    column_gap_em: float = Field(default=0.9, gt=0, description="a wider gap inside a line parts two cells")
    river_em: float = Field(default=0.45, gt=0, description="a white strip at least this wide runs between two columns")
    river_crossed: float = Field(default=0.08, ge=0, lt=1, description="share of rows (merged cells) that may cross that strip")
    min_table_lines: int = Field(default=3, ge=2, description="fewer aligned lines are no table")
    row_gap_ratio: float = Field(default=1.6, gt=1, description="white space between rows over white space between a cell's lines")

    # furniture
    margin_share: float = Field(default=0.14, gt=0, lt=0.5, description="headers and footers stand in this share of the page's height")
    furniture_drift: float = Field(default=4.0, ge=0, description="a header stands at the same height on every page, give or take this")
    furniture_pages: int = Field(default=3, ge=2, description="a line repeated on fewer pages is no header")
    furniture_share: float = Field(default=0.2, gt=0, le=1, description="... or on a smaller share of the pages")

    # paragraphs
    paragraph_gap: float = Field(default=1.12, gt=1, description="line pitch over the usual pitch that begins a paragraph")
    indent: float = Field(default=4.0, gt=0, description="left edges further apart than this are different indents")
    fit_slack: float = Field(default=2.0, ge=0, description="the next word must have fitted with this much to spare to call a line short")
    heading_size: float = Field(default=1.12, gt=1, description="type this much larger than the body's makes a heading")
    heading_length: int = Field(default=200, gt=0, description="a longer line is text, however it is set")
    small_type: float = Field(default=0.92, gt=0, le=1, description="type smaller than this share of the body's at a page's foot is a note")

    # two columns
    gutter: float = Field(default=9.0, gt=0, description="least white strip between two columns of text")
    column_lines: int = Field(default=5, ge=2, description="fewer lines on either side are no columns")
    column_fill: float = Field(default=0.55, gt=0, le=1, description="share of a column's width that its lines fill on average")

    # pages without text
    scan_chars: int = Field(default=40, ge=0, description="a page of pictures with fewer characters is a scan")
    scan_image_share: float = Field(default=0.4, gt=0, le=1, description="share of the page that its pictures cover on a scan")
    unmapped_share: float = Field(default=0.3, gt=0, le=1, description="share of characters without a letter that makes a page unreadable")
    ocr_dpi: int = Field(default=300, ge=100, le=600)
    ocr_language: str = Field(default="ind", pattern=r"^[a-z_]{3,}(\+[a-z_]{3,})*$")
    ocr_timeout: float = Field(default=120.0, gt=0, description="seconds for one page")
    ocr_min_confidence: float = Field(default=30.0, ge=0, le=100, description="words below this are noise")
    ocr_doubtful: float = Field(default=70.0, ge=0, le=100, description="a line below this mean confidence is flagged `unclear`")
    ocr_rule: float = Field(default=30.0, gt=0, description="a dark run at least this long on a scan is a ruling line")


DEFAULT = PdfOptions()
