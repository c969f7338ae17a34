"""What a function of ours can come to: which rows of which tables it reads and writes, and which secrets it names.

Runs where the application is imported, for the registries that an import fills are part of the answer. From an operation's view, or a
job, it goes through the source of each of our functions to whatever that names: functions, classes, and what stands in the dictionaries
and objects of a module. A method of something whose class cannot be told counts for every class met so far that has one of its name.
So it finds more than is ever used, and never less, unless code asks for an attribute by a name made at run time.
"""

import functools
import types
import typing
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic_settings import BaseSettings

from chalicelib.core.settings import secrets
from infra.sources import Mentions, mentions

OURS = ("chalicelib",)
KIT = tuple(f"chalicelib.core.storage.{name}" for name in ("attributes", "calls", "client", "rows", "strict", "tables", "transactions"))
"""What carries a call out: whoever calls it says on which table."""

Access = tuple[str, str, str]
"""A table's key, an action, and the index it is asked of ("" for the table itself)."""


@dataclass(slots=True)
class Reach:
    """A walk that goes on until it meets nothing new."""

    ours: tuple[str, ...] = OURS
    accesses: set[Access] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    """Actions of Amazon's other services, as the classes that ask for them say in `ROLE_NEEDS`."""

    _seen: dict[int, Any] = field(default_factory=dict)
    _waiting: list[Any] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _members: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    """By name, what the classes met so far have."""

    _reads_what_indexes_tell: bool = False

    def walk(self, roots: Iterable[Any]) -> "Reach":
        """Everything that these lead to."""
        self._waiting += roots
        while self._waiting:
            self._visit(self._waiting.pop())
        if self._reads_what_indexes_tell:
            self.accesses |= {(table, "BatchGetItem", "") for table, _, index in self.accesses if index}
        return self

    def _visit(self, found: Any) -> None:
        if id(found) in self._seen or isinstance(found, (str, bytes, int, float, types.ModuleType, type(None))):
            return
        self._seen[id(found)] = found
        if isinstance(found, type):
            self._class(found)
        elif isinstance(found, types.FunctionType):
            self._function(found)
        else:
            self._waiting += [*_inside(found), *(_fields(found) if type(found).__module__.startswith(self.ours) else ())]

    def _function(self, function: types.FunctionType) -> None:
        """Its own source, what it closes over, and what it was made of by a decorator."""
        wrapped = getattr(function, "__wrapped__", None)
        cells = [cell.cell_contents for cell in function.__closure__ or () if _is_full(cell)]
        self._waiting += [wrapped, *cells, *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        home = function.__globals__.get("__name__", "")
        if home.startswith(self.ours) and not home.startswith(KIT):
            self._take(mentions(function))

    def _take(self, told: Mentions) -> None:
        self._waiting += told.objects
        self.accesses |= told.accesses
        self.secrets |= told.names & _secrets()
        self._reads_what_indexes_tell |= told.reads_what_indexes_tell
        fresh = told.names - self._names
        self._names |= fresh
        for name in fresh & self._members.keys():
            self._waiting += self._members[name]

    def _class(self, one: type) -> None:
        """A class of ours, and those it is made from: what it does when it is made, and the methods whose names were met."""
        self._waiting += typing.get_args(one)
        if not one.__module__.startswith(self.ours) or one.__module__.startswith(KIT):
            return
        self._waiting += one.__bases__
        self.needs |= set(vars(one).get("ROLE_NEEDS", ()))
        for name, value in vars(one).items():
            self._members[name].append(value)
        wanted = self._names | {name for name in vars(one) if name.startswith("__")}
        self._waiting += [value for name, value in vars(one).items() if name in wanted and not _is_plain(one, name)]
        if issubclass(one, BaseModel) and not issubclass(one, BaseSettings):
            self._waiting += _of_model(one)


@functools.cache
def _secrets() -> frozenset[str]:
    return frozenset(secrets())


def _is_plain(one: type, name: str) -> bool:
    """What Python and the libraries put into a class, and what says nothing of what its objects do."""
    return name.startswith(("__pydantic", "__annotations__", "__dataclass", "__signature", "__dict__", "__weakref__", "__slots__"))


def _is_full(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:  # not filled yet
        return False


def _of_model(one: type[BaseModel]) -> list[Any]:
    """What runs when a model is validated or dumped: its validators, and those of the models in its fields."""
    of_fields = [part for info in one.model_fields.values() for part in (info.annotation, *info.metadata, info.default_factory)]
    return [*(value for name, value in vars(one).items() if not _is_plain(one, name)), *of_fields]


def _inside(found: Any) -> list[Any]:
    """What a value holds: the function in a wrapper, the parts of a container or of a type."""
    if isinstance(found, (dict, types.MappingProxyType)):
        return [*found.keys(), *found.values()]
    if isinstance(found, (list, tuple, set, frozenset)):
        return [*found]
    if isinstance(found, types.MethodType):
        return [found.__func__, found.__self__]
    if isinstance(found, functools.partial):
        return [found.func, *found.args, *found.keywords.values()]
    wrapped = [getattr(found, name, None) for name in ("__wrapped__", "__func__", "wrapped", "fget", "func", "fset")]
    return [*wrapped, *typing.get_args(found), *getattr(found, "__metadata__", ())]


def _fields(found: Any) -> list[Any]:
    """What an object of ours holds, and what it is."""
    slots = [getattr(found, name, None) for one in type(found).__mro__ for name in getattr(one, "__slots__", ()) if name != "__weakref__"]
    return [type(found), *slots, *getattr(found, "__dict__", {}).values()]


def of_operations(*operations: Any) -> Reach:
    """What routes that one function serves can come to, from the proof of a caller to the answer."""
    return Reach().walk([root for operation in operations for root in _roots(operation)])


def _roots(operation: Any) -> list[Any]:
    """The edge asks the inbox for senders alone, so it is not walked itself: this is what it does for an operation, in its order."""
    from chalicelib.core import http, inbox

    roots = [operation.auth.admit, operation.view, *operation.hints.values()]
    roots += [http.Sender.of] if http.Sender in operation.hints.values() else []  # made for a view that asks who sent it
    if operation.source is None:
        return roots
    return [*roots, operation.source, http._mail, http.Sender.of, inbox.receive, inbox.answer_of, inbox.refuse]


def of_job(job: Callable[..., Any]) -> Reach:
    """What a job can come to."""
    return Reach().walk([job])
