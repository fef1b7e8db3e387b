"""The core of the kernel stays small enough to be read, and rests on nothing else."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path

import qedeck.kernel

KERNEL = Path(qedeck.kernel.__file__).parent
CORE = [path for path in KERNEL.glob("*.py") if path.name != "storage.py"]
MOST_LINES = 500
LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def code_lines(text):
    """The lines that have code: no docstrings, comments (of tables, too), or blank lines."""
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT:
            found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found -= set(range(node.lineno, node.end_lineno + 1))
    lines = text.splitlines()
    return [lines[k - 1] for k in sorted(found) if lines[k - 1].strip()[:1] not in ("", "#")]


def test_what_counts_as_a_line_of_code():
    text = (
        '"""Says."""\n\n# why\nT = """\n# part\nrow\n"""\n\ndef f():\n    """Says."""\n    pass\n'
    )
    assert code_lines(text) == ['T = """', "row", '"""', "def f():", "    pass"]


def test_the_core_is_small():
    sizes = {path.name: len(code_lines(path.read_text(encoding="utf-8"))) for path in CORE}
    assert sum(sizes.values()) <= MOST_LINES, sizes


def test_the_kernel_rests_on_the_standard_library_alone():
    for path in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module]
            for name in names:
                known = name.split(".")[0] in sys.stdlib_module_names
                assert known or name.startswith("qedeck.kernel"), (path.name, name)
