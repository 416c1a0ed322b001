"""Audit of a published article's plain text with its reference list."""

from galleyproof.checks.articles.audit import audit
from galleyproof.checks.articles.facts import Work
from galleyproof.checks.articles.facts import read as facts_of
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.reading import read

__all__ = ["Article", "Finding", "Kind", "Work", "audit", "facts_of", "read"]
