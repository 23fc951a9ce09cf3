from __future__ import annotations
class MultiRow:
    def __init__(self, lookup, book, retriever): pass
    def write(self, question, ranking, evidence): return []
