"""Mutants of a source text, and how one takes the place of what runs.

The operators are mutmut's and cosmic-ray's. mutmut itself leaves out what is decorated (properties, remembered functions) and what stands
outside functions; cosmic-ray itself starts a process for each mutant and changes no text, argument or assignment.
"""

from __future__ import annotations
import __future__

import ast
import difflib
import functools
import importlib
import sys
import types
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import libcst
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from libcst.metadata import CodeRange

# Of cosmic-ray's operators those that mutmut lacks. The replacements of comparisons are those that no other implies.
ALSO = (
    *("AddNot", "ZeroIterationForLoop", "NumberReplacer", "RemoveDecorator", "ExceptionReplacer", "ReplaceContinueWithBreak"),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_NotEq", "Gt_NotEq", "LtE_Eq", "GtE_Eq")),
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FLAGS = __future__.annotations.compiler_flag


@dataclass(frozen=True)
class Mutant:
    """One change. ``lines``: first and last line of what is changed; ``is_text``: of a text of several words."""

    number: int
    operator: str
    lines: tuple[int, int]
    is_text: bool
    change: str
    source: str


class _Everywhere(MutationVisitor):
    """mutmut's visitor, decorated functions and decorators' neighbours included."""

    def _skip_node_and_children(self, node: libcst.CSTNode) -> bool:
        return not isinstance(node, libcst.FunctionDef) and super()._skip_node_and_children(node)


def _of_mutmut(source: str) -> Iterator[tuple[str, int, int, bool, str]]:
    wrapper = MetadataWrapper(libcst.parse_module(source))
    visitor = _Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
    wrapper.visit(visitor)
    positions = wrapper.resolve(PositionProvider)
    for one in visitor.mutations:
        place = positions[one.original_node]
        text = isinstance(one.original_node, libcst.SimpleString) and " " in one.original_node.value.strip("\"' ,:;")
        if isinstance(one.original_node, libcst.SimpleString) and "XX" not in one.mutated_node.value:
            continue  # what notices another case notices other letters
        changed = _spliced(source, wrapper.module, place, one.original_node, one.mutated_node)
        name = f"mutmut {type(one.original_node).__name__}"
        yield name, place.start.line, place.end.line, text, changed


def _spliced(source: str, module: libcst.Module, place: CodeRange, old: libcst.CSTNode, new: libcst.CSTNode) -> str:
    """Put ``new`` in the place of ``old``; libcst's own way, which takes thirty times as long, is left where places are not exact."""
    lines = source.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    start, end = (starts[one.line - 1] + one.column for one in (place.start, place.end))
    if source[start:end] != module.code_for_node(old).strip():
        return module.deep_replace(old, new).code
    return source[:start] + module.code_for_node(new).strip() + source[end:]


def _of_cosmic_ray(source: str) -> Iterator[tuple[str, int, int, bool, str]]:
    nodes = list(ast_nodes(get_ast(source)))
    for name in ALSO:
        operator = get_operator(f"core/{name}")()
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for number, ((start, _), (end, _)) in enumerate(places):
            changed = mutate_code(source, operator, number)
            if changed is not None:
                yield f"cosmic-ray {name}", start, end, False, changed


def mutants(source: str) -> list[Mutant]:
    """Make all mutants of a source text that compile to something else, each change once."""
    known = {ast.dump(ast.parse(source))}
    found = list[Mutant]()
    typing = {line for node in ast.parse(source).body if _is_typing(node) for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    for operator, first, last, is_text, changed in (*_of_mutmut(source), *_of_cosmic_ray(source)):
        if first in typing:
            continue
        try:
            tree = ast.parse(changed)
            compile(changed, "mutant", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        if (shape := ast.dump(tree)) not in known:
            known.add(shape)
            found.append(Mutant(len(found), operator, (first, last), is_text, _change(source, changed), changed))
    return found


def _is_typing(node: ast.stmt) -> bool:
    """Tell whether a statement is for type checkers alone."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _change(source: str, changed: str) -> str:
    """Give the lines that differ."""
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def statement(source: str, lines: tuple[int, int]) -> range:
    """Give the lines of the innermost statement that holds ``lines``, without the body that it may have."""
    found = range(lines[0], lines[1] + 1)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.lineno <= lines[0] and (node.end_lineno or 0) >= lines[1]:
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno
            if lines[0] <= max(last, node.lineno):
                found = range(node.lineno, max(last, node.lineno) + 1)
    return found


def outside(source: str, changed: str) -> bool:
    """Tell whether a class changes but for the bodies of its methods: then the module has to be imported anew."""
    return _classes(source) != _classes(changed)


def _classes(source: str) -> list[str]:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            node.body = [ast.Pass()]
    return [ast.dump(node) for node in tree.body if isinstance(node, ast.ClassDef)]


def swap(name: str, source: str, changed: str, path: str) -> bool:
    """Make module ``name`` what it is with ``changed``: functions get other code, other names another value wherever they are known."""
    module = importlib.import_module(name)
    before, after = (dict(_codes(compile(text, path, "exec", dont_inherit=True))) for text in (source, changed))
    old, new = (ast.parse(text) for text in (source, changed))
    differ = [two for one, two in zip(old.body, new.body, strict=True) if ast.dump(one) != ast.dump(two)]
    done = False
    for statement in differ:
        if isinstance(statement, ast.ClassDef):
            continue
        if isinstance(statement, FUNCTIONS) and _head(statement) == _head(_named(old, statement.name)):
            continue
        done = True
        _again(module, new.body[new.body.index(statement) :], path)
    for one in after:
        if after[one] != before[one] and (function := _function(module, one)).__code__ != after[one]:
            function.__code__ = after[one]
            done = True
    return done


def _head(function: ast.FunctionDef) -> str:
    return ast.dump(ast.Module([function.args, *function.decorator_list], []))


def _named(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(one for one in tree.body if isinstance(one, FUNCTIONS) and one.name == name)


def _again(module: types.ModuleType, statements: list[ast.stmt], path: str) -> None:
    """Execute the first statement, and those after it that read a name which has changed."""
    changed = set[str]()
    for statement in statements:
        reads = {one.id for one in ast.walk(statement) if isinstance(one, ast.Name)}
        if changed and (isinstance(statement, (ast.ClassDef, *FUNCTIONS)) or not reads & changed):
            continue
        before = dict(vars(module))
        exec(compile(ast.Module([statement], []), path, "exec", dont_inherit=True, flags=FLAGS), vars(module))  # noqa: S102
        for name, value in list(vars(module).items()):
            if before.get(name) is not value:
                changed.add(name)
                for other in list(sys.modules.values()):
                    if name in before and getattr(other, "__dict__", {}).get(name) is before[name]:
                        setattr(other, name, value)


def _codes(code: types.CodeType) -> Iterator[tuple[str, types.CodeType]]:
    """Give the code of functions and methods by their names; what stands inside a function comes with it."""
    for one in code.co_consts:
        if isinstance(one, types.CodeType) and not one.co_name.startswith("<"):
            if one.co_flags & 0x2:  # has locals of its own: a function (CO_NEWLOCALS)
                yield one.co_qualname, one
            else:
                yield from _codes(one)


def _function(module: types.ModuleType, name: str) -> types.FunctionType:
    found: object = module
    for part in name.split("."):
        found = vars(found)[part]
    while not isinstance(found, types.FunctionType):
        if isinstance(found, property):
            found = found.fget
        elif isinstance(found, functools.cached_property):
            found = found.func
        else:
            found = found.__wrapped__ if hasattr(found, "__wrapped__") else found.__func__
    return found


def remembering(objects: Iterable[object]) -> list[object]:
    """Pick bgpcheck's functions that remember."""
    found = [one for one in objects if isinstance(one, functools._lru_cache_wrapper)]  # noqa: SLF001 (it has no public name)
    return [one for one in found if one.__module__.startswith("bgpcheck.")]
