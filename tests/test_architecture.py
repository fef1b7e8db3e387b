"""How the packages of qedeck may know each other, and what none of them may do."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import qedeck

SOURCE = Path(qedeck.__file__).parent
ROOT = SOURCE.parent.parent
MODULES = sorted(SOURCE.rglob("*.py"))
ALLOWED = {
    "kernel": {"kernel"},
    "formula": {"formula"},
    "notes": {"notes", "formula"},
    "proof": {"proof", "kernel", "evidence", "formula"},
    "evidence": {"evidence", "proof", "kernel", "notes", "formula"},
    "plugin": {"plugin", "evidence", "proof", "notes", "formula"},
    "watch": {"watch", "plugin", "evidence", "notes", "formula"},
    "cards": {"cards", "evidence", "notes", "formula"},
    "memory": {"memory", "cards", "evidence", "notes", "formula"},
    "site": {"site", "memory", "cards", "evidence", "notes", "formula"},
}
BUILT_IN = {"eval", "exec", "compile"}
EVALUATORS = {"sympify", "parse_expr", "parse_latex", "S"}
HEAVY = ("torch", "matplotlib", "mkdocs", "anki", "genanki", "pytest")
MAY_LOAD = {
    "qedeck.plugin.plugin": {"pytest"},
    "qedeck.plugin.session": {"pytest"},
    "qedeck.plugin.items": {"pytest"},
}


def name_of(module):
    parts = module.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_run_one_way(module):
    package = name_of(module).split(".")[1:2]
    allowed = ALLOWED.get(package[0] if package else "", set(ALLOWED))
    used = {
        name.split(".")[1]
        for name in imported(ast.parse(module.read_text(encoding="utf-8")))
        if name.startswith("qedeck.")
    }
    assert used & set(ALLOWED) <= allowed


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_nothing_evaluates_text(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                assert function.id not in EVALUATORS | BUILT_IN, f"{module.name}:{node.lineno}"
            if isinstance(function, ast.Attribute):
                assert function.attr not in EVALUATORS, f"{module.name}:{node.lineno}"
                assert ast.unparse(function.value) != "builtins", f"{module.name}:{node.lineno}"


def loaded_after(code, *arguments):
    report = f"import sys\n{code}\nprint(*sorted(m.split('.')[0] for m in set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", report, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())


LOAD_EACH = """\
import importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_importing_any_module_loads_nothing_heavy():
    adapters = {"qedeck.site.plugin", "qedeck.site.extension", *MAY_LOAD}
    names = [name_of(module) for module in MODULES]
    loaded = loaded_after(LOAD_EACH, *(n for n in names if n not in adapters))
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("name", MAY_LOAD)
def test_the_plugin_loads_pytest_alone(name):
    assert loaded_after(LOAD_EACH, name) & set(HEAVY) == MAY_LOAD[name]


def test_check_modules_do_not_load_torch():
    files = [str(file) for file in sorted((ROOT / "checks").rglob("*.py"))]
    assert files
    code = (
        "sys.path.insert(0, '.')\nimport runpy\n"
        "for file in sys.argv[1:]:\n    runpy.run_path(file, run_name='check')"
    )
    assert "torch" not in loaded_after(code, *files)
