"""The stages of reading a PDF: words and rules of a page, tables, furniture, paragraphs, one text for the whole file.

Each stage is a pure function over the frozen parts of `parts.py`; `opening.py`, `pages.py`, `ocr.py` and `draw.py`
are the edges that touch files and programs. `ingest.read_pdf` is the one way in.
"""
