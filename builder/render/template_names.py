"""The tags of a Word template judged without running them, so that a branch that no issue takes is judged, too.

A walk over Jinja's syntax tree: every name must be one that the view has or that the template sets itself; nothing may
reach behind the data. Jinja's own sandbox stands behind this, and the process with its limits behind both.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from builder.render.shapes import ANY, PLAIN, Shape, listed, union

_ROUNDS = 8  # macros that call macros: what they are called with is known after as many rounds as they are deep
_SAME = {"list", "sort", "reverse", "unique", "select", "reject", "selectattr", "rejectattr", "default", "d"}
_ONE = {"first", "last", "random", "min", "max"}
_BY_NAME = {
    "map",
    "selectattr",
    "rejectattr",
    "groupby",
    "sort",
    "sum",
    "min",
    "max",
    "unique",
}  # they take names of items
_WHOLE = {"length", "count", "int", "float", "abs", "round", "sum"}
_STATEMENTS = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
}
_FORMATS = ("format", "format_map")
_OUT = "模板只能用视图里的数据，见 docs/templates.md。"
_NO_OTHER = "把要用的内容直接写在这个模板里。"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the line of the source, code, message, and what to do."""

    line: int
    code: str
    message: str
    hint: str


def judge(tree: nodes.Template, environment: SandboxedEnvironment, view: Mapping[str, Shape]) -> list[Finding]:
    """What is wrong with a template's tags; ``view`` gives the shape of every variable."""
    given: dict[str, tuple[Shape, ...]] = {}
    for _ in range(_ROUNDS):
        walk = _Walk(environment, view, given)
        walk.template(tree)
        if walk.given == given:
            break
        given = walk.given
    else:
        walk = _Walk(environment, view, {})
        walk.template(tree)
    return sorted(dict.fromkeys(walk.findings), key=lambda f: f.line)


class _Walk:
    """One walk. ``given``: what each macro's arguments were in the walk before; unknown macros take anything."""

    def __init__(
        self, environment: SandboxedEnvironment, view: Mapping[str, Shape], given: Mapping[str, tuple[Shape, ...]]
    ) -> None:
        self.environment = environment
        self.findings: list[Finding] = []
        self.given: dict[str, tuple[Shape, ...]] = {}
        self._before = given
        self._scopes: list[dict[str, Shape]] = [dict(view), {name: ANY for name in environment.globals}, {}]
        self._later: list[tuple[nodes.Macro, list[dict[str, Shape]]]] = []
        self._macros: dict[str, nodes.Macro] = {}

    def template(self, tree: nodes.Template) -> None:
        self._macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
        self._scopes[-1].update(dict.fromkeys(self._macros, ANY))
        self.body(tree.body)
        while self._later:  # a macro sees what is set before it is called, not before it is written
            macro, scopes = self._later.pop(0)
            self._scopes = scopes
            self._macro_body(macro)

    def body(self, statements: Sequence[nodes.Node]) -> None:
        for statement in statements:
            self.statement(statement)

    # -------------------------------------------------------------- statements

    def statement(self, node: nodes.Node) -> None:
        for kind, word in _STATEMENTS.items():
            if isinstance(node, kind):
                self._wrong(node, "template-forbidden", f"不能用 {word}", _NO_OTHER)
                return
        handle = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handle is not None:
            handle(node)
        elif isinstance(node, nodes.Expr):
            self.expression(node)
        else:  # output, filter blocks, scopes: what matters is inside
            for child in node.iter_child_nodes():
                self.statement(child)

    def _for(self, node: nodes.For) -> None:
        item = self.expression(node.iter).element()
        around = {name: ANY for name in ("index", "index0", "revindex", "revindex0", "first", "last", "length")}
        loop = Shape(keys={**around, **dict.fromkeys(("depth", "depth0", "cycle", "changed"), ANY),
                           "previtem": item, "nextitem": item})  # fmt: skip
        self._scopes.append({**self._targets(node.target, item), "loop": loop})
        if node.test is not None:
            self.expression(node.test)
        self.body(node.body)
        self._scopes.pop()
        self.body(node.else_)

    def _macro(self, node: nodes.Macro) -> None:
        for default in node.defaults:
            self.expression(default)
        self._later.append((node, list(self._scopes)))

    def _macro_body(self, node: nodes.Macro) -> None:
        given = self._before.get(node.name, ())
        arguments = {a.name: given[n] if n < len(given) else ANY for n, a in enumerate(node.args)}
        self._scopes = [*self._scopes, {**arguments, **dict.fromkeys(("caller", "varargs", "kwargs"), ANY)}]
        self.body(node.body)

    def _callblock(self, node: nodes.CallBlock) -> None:
        self.expression(node.call)
        self._scopes.append({argument.name: ANY for argument in node.args})
        self.body(node.body)
        self._scopes.pop()

    def _with(self, node: nodes.With) -> None:
        inner: dict[str, Shape] = {}
        for target, value in zip(node.targets, node.values, strict=True):
            inner |= self._targets(target, self.expression(value))
        self._scopes.append(inner)
        self.body(node.body)
        self._scopes.pop()

    def _assign(self, node: nodes.Assign) -> None:
        self._scopes[-1].update(self._targets(node.target, self.expression(node.node)))

    def _assignblock(self, node: nodes.AssignBlock) -> None:
        if node.filter is not None:
            self.expression(node.filter)
        self.body(node.body)
        self._scopes[-1].update(self._targets(node.target, PLAIN))

    def _targets(self, target: nodes.Node, shape: Shape) -> dict[str, Shape]:
        """The names that a target binds."""
        if isinstance(target, nodes.Name):
            return {target.name: shape}
        if isinstance(target, nodes.Tuple):
            return {name: s for item in target.items for name, s in self._targets(item, ANY).items()}
        self._wrong(target, "template-forbidden", "不能给“名.项”赋值", "用 {% set 名 = … %}。")
        return {}

    # -------------------------------------------------------------- expressions

    def expression(self, node: nodes.Node) -> Shape:
        """What an expression can be; what is wrong in it is noted."""
        handle: Callable[[nodes.Node], Shape] | None = getattr(self, f"_x_{type(node).__name__.lower()}", None)
        if handle is not None:
            return handle(node)
        shapes = [self.expression(child) for child in node.iter_child_nodes()]
        return union(shapes) if isinstance(node, nodes.BinExpr | nodes.CondExpr) else PLAIN

    def _x_name(self, node: nodes.Name) -> Shape:
        for scope in reversed(self._scopes):
            if node.name in scope:
                return scope[node.name]
        known = {name for scope in self._scopes for name in scope}
        self._wrong(node, "template-name", f"没有变量“{node.name}”{_near(node.name, known)}", _OUT)
        return ANY

    def _x_getattr(self, node: nodes.Getattr) -> Shape:
        return self._member(node, self.expression(node.node), node.attr)

    def _x_getitem(self, node: nodes.Getitem) -> Shape:
        base, key = self.expression(node.node), node.arg
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            return self._member(node, base, key.value)
        self.expression(key)
        self._no_underscore(node, [key])
        if isinstance(key, nodes.Slice):
            return base
        return base.element() if isinstance(key, nodes.Const) else ANY

    def _member(self, node: nodes.Node, base: Shape, name: str) -> Shape:
        if name.startswith("_"):
            self._wrong(node, "template-forbidden", f"不能取以“_”开头的属性“{name}”", _OUT)
            return ANY
        found = base.key(name)
        if found is None:
            told = f"没有“{name}”这一项{_near(name, base.names())}"
            self._wrong(node, "template-name", told, _OUT)
        elif name in _FORMATS and not base.keys:
            self._wrong(node, "template-forbidden", f"不能用 {name}", "把要印的文字和 {{ 变量 }} 直接写在模板里。")
        return found or ANY

    def _x_filter(self, node: nodes.Filter) -> Shape:
        base = self.expression(node.node) if node.node is not None else PLAIN
        arguments = self._arguments(node)
        if node.name == "attr":
            self._wrong(node, "template-forbidden", "不能用过滤器 attr", "直接写 变量.项。")
        elif node.name == "format":
            self._wrong(node, "template-forbidden", "不能用过滤器 format", "把要印的文字和 {{ 变量 }} 直接写在模板里。")
        elif node.name not in self.environment.filters:
            told = f"没有过滤器“{node.name}”{_near(node.name, self.environment.filters)}"
            self._wrong(node, "template-filter", told, "可用的过滤器见 docs/templates.md。")
        if node.name in _BY_NAME:
            self._no_underscore(node, [*node.args, *(k.value for k in node.kwargs)])
            if any(isinstance(a, nodes.Const) and a.value == "attr" for a in node.args):
                self._wrong(node, "template-forbidden", "不能用过滤器 attr", "直接写 变量.项。")
        if node.name in _SAME:
            return union([base, *arguments]) if node.name in ("default", "d") else base
        if node.name in _ONE:
            return base.element()
        return PLAIN if node.name in _WHOLE else ANY

    def _x_test(self, node: nodes.Test) -> Shape:
        if node.name not in self.environment.tests:
            told = f"没有测试“{node.name}”{_near(node.name, self.environment.tests)}"
            self._wrong(node, "template-filter", told, "常用：is defined、is none、is odd。")
        if not (node.name in ("defined", "undefined") and isinstance(node.node, nodes.Name)):  # else it asks just that
            self.expression(node.node)
        self._arguments(node)
        return PLAIN

    def _x_call(self, node: nodes.Call) -> Shape:
        called = self.expression(node.node)
        arguments = self._arguments(node)
        if isinstance(node.node, nodes.Name):
            name = node.node.name
            if name == "range":
                return listed(PLAIN)
            if name in self._macros:
                self._remember(self._macros[name], node, arguments)
        return called if called.open else ANY

    def _arguments(self, node: nodes.Filter | nodes.Test | nodes.Call) -> list[Shape]:
        for more in (*(k.value for k in node.kwargs), node.dyn_args, node.dyn_kwargs):
            if more is not None:
                self.expression(more)
        return [self.expression(argument) for argument in node.args]

    def _remember(self, macro: nodes.Macro, call: nodes.Call, arguments: Sequence[Shape]) -> None:
        """What a macro is called with, joined over all calls; by name or from a list, it may be anything."""
        unclear = bool(call.kwargs or call.dyn_args or call.dyn_kwargs)
        shapes = [
            arguments[n] if n < len(arguments) and not unclear else ANY if unclear else PLAIN
            for n in range(len(macro.args))
        ]
        so_far = self.given.get(macro.name, (Shape(),) * len(shapes))
        self.given[macro.name] = tuple(union(pair) for pair in zip(so_far, shapes, strict=True))

    def _x_list(self, node: nodes.List) -> Shape:
        return listed(union(self.expression(item) for item in node.items))

    _x_tuple = _x_list

    def _x_dict(self, node: nodes.Dict) -> Shape:
        for pair in node.items:
            self.expression(pair.value)
        return ANY

    # -------------------------------------------------------------- findings

    def _no_underscore(self, node: nodes.Node, arguments: Iterable[nodes.Node]) -> None:
        """No text among the arguments may be (part of) the name of something inner: ``map(attribute="x.__class__")``."""
        for argument in arguments:
            for text in [argument, *argument.find_all(nodes.Const)]:
                value = text.value if isinstance(text, nodes.Const) else None
                if isinstance(value, str) and any(part.startswith("_") for part in value.split(".")):
                    self._wrong(node, "template-forbidden", f"不能取以“_”开头的属性“{value[:40]}”", _OUT)

    def _wrong(self, node: nodes.Node, code: str, message: str, hint: str) -> None:
        self.findings.append(Finding(node.lineno, code, message, hint))


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1, 0.5)  # names of two characters
    return f"，是否指 {close[0]}？" if close else ""
