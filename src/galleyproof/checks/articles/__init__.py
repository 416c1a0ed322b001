"""Audit of a published article's plain text with its reference list."""

from galleyproof.checks.articles.audit import audit
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.reading import read

__all__ = ["Article", "Finding", "Kind", "audit", "read"]
