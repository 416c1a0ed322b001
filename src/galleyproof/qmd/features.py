"""What Quarto knows and the embedded engine does not; names, not rules.

The tables follow Quarto's reference of cell options, divs and shortcodes.
"""

from __future__ import annotations

import re

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.spans import Span

REFERENCE_KINDS = frozenset({"fig", "tbl", "sec", "eq"})
OTHER_REFERENCE_KINDS = {
    "lst": "listings",
    "thm": "theorems",
    "lem": "lemmas",
    "cor": "corollaries",
    "prp": "propositions",
    "cnj": "conjectures",
    "def": "definitions",
    "exm": "examples",
    "exr": "exercises",
    "sol": "solutions",
    "rem": "remarks",
    "alg": "algorithms",
    "nte": "callouts",
    "tip": "callouts",
    "wrn": "callouts",
    "imp": "callouts",
    "cau": "callouts",
    "vid": "videos",
}

SHORTCODES = frozenset({"include", "meta", "var", "pagebreak"})

CELL_OPTIONS = {
    "label": "label",
    "echo": "echo",
    "eval": "eval",
    "include": "include",
    "output": "output",
    "warning": "warning",
    "error": "error",
    "fig-cap": "fig_cap",
    "fig-alt": "fig_alt",
    "fig-width": "fig_width",
    "fig-height": "fig_height",
    "tbl-cap": "tbl_cap",
    "code-fold": "code_fold",
}
"""Option as written -> field of `CellOptions`."""

OTHER_CELL_OPTIONS = frozenset(
    {
        "classes",
        "renderings",
        "tags",
        "id",
        "export",
        "slideshow",
        "cache",
        "cache-vars",
        "cache-globals",
        "cache-lazy",
        "cache-rebuild",
        "cache-comments",
        "dependson",
        "autodep",
        "freeze",
        "title",
        "padding",
        "expandable",
        "width",
        "height",
        "context",
        "content",
        "code-copy",
        "code-summary",
        "code-overflow",
        "code-line-numbers",
        "code-annotations",
        "lst-label",
        "lst-cap",
        "tidy",
        "tidy-opts",
        "collapse",
        "prompt",
        "highlight",
        "class-source",
        "attr-source",
        "filename",
        "fig-subcap",
        "fig-link",
        "fig-align",
        "fig-env",
        "fig-pos",
        "fig-scap",
        "fig-format",
        "fig-dpi",
        "fig-asp",
        "fig-column",
        "fig-cap-location",
        "fig-responsive",
        "out-width",
        "out-height",
        "fig-keep",
        "fig-show",
        "out-extra",
        "external",
        "sanitize",
        "interval",
        "aniopts",
        "animation-hook",
        "child",
        "file",
        "code",
        "purl",
        "layout",
        "layout-ncol",
        "layout-nrow",
        "layout-align",
        "layout-valign",
        "column",
        "cap-location",
        "tbl-subcap",
        "tbl-colwidths",
        "tbl-column",
        "tbl-cap-location",
        "html-table-processing",
        "df-print",
        "panel",
        "output-location",
        "message",
        "results",
        "comment",
        "class-output",
        "attr-output",
        "class-warning",
        "attr-warning",
        "class-message",
        "attr-message",
        "class-error",
        "attr-error",
        "mermaid-format",
        "lightbox",
        "plotly-connected",
    }
)

CALLOUTS = frozenset(
    f"callout-{kind}" for kind in ("note", "tip", "warning", "important", "caution")
)

CLASSES = frozenset(
    {
        "panel-tabset",
        "panel-sidebar",
        "panel-fill",
        "panel-center",
        "panel-input",
        "columns",
        "column",
        "aside",
        "lightbox",
        "landscape",
        "proof",
        "remark",
        "solution",
    }
)
CLASS_PATTERN = re.compile(r"(?:column|grid|g-col)-[a-z0-9-]+$|callout-[a-z]+$")

ATTRIBUTES = frozenset(
    {
        "layout",
        "layout-ncol",
        "layout-nrow",
        "layout-align",
        "layout-valign",
        "fig-env",
        "fig-scap",
        "fig-link",
        "lightbox",
        "code-line-numbers",
        "source-line-numbers",
        "filename",
        "when-profile",
        "unless-profile",
        "when-meta",
        "unless-meta",
        "tbl-colwidths",
        "fig-cap-location",
        "tbl-cap-location",
    }
)

RENDER_WITH_QUARTO = "`--engine quarto` can render it"


def unsupported(
    span: Span, what: str, instead: str = "", *, with_quarto: bool = True
) -> Diagnostic:
    """Return the finding that the embedded engine does not know a construct."""
    joint = " " if instead.endswith("?") else ", or "
    hint = f"{instead}{joint}{RENDER_WITH_QUARTO}" if instead else RENDER_WITH_QUARTO
    if not with_quarto:
        hint = instead
    return Diagnostic(
        code=Code.FEATURE_SUPPORTED,
        span=span,
        message=f"{what} is not supported by the embedded engine",
        hint=hint,
    )


def reference_kind(name: str) -> str:
    """Return the kind of cross-reference that a name stands for, or nothing."""
    prefix, dash, rest = name.partition("-")
    known = prefix in REFERENCE_KINDS or prefix in OTHER_REFERENCE_KINDS
    return prefix if known and dash and rest else ""
