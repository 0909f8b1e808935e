"""Which entity a row means: ids are taken as given, names are looked up in the graph and in the load.

A name with a class means the entity of that name whose classes fit (kg.loading_classes) or that has no
class yet. None gives a new entity, one is it, several are a problem that names them. Within one file a
name that was once given with its class or id means the same entity in its other rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.facts import INSTANCE_OF, SUBCLASS_OF
from kg.loading_classes import ClassGraph
from kg.loading_head import Head
from kg.problems import Problem, Severity
from kg.typed_rows import ParsedRow


class Mention(NamedTuple):
    """An entity as one file names it: a name, with an id or the name of its class where a row gives them.

    `by_row` says that the class stands in a row `X,实例,类` and not in a type column: it may then be one
    more class of the X that the file already speaks of. A named tuple, for a load makes and hashes millions of them.
    """

    file: str
    name: str
    id: str = ""
    type_name: str = ""
    by_row: bool = False


def subject_of(row: ParsedRow) -> Mention:
    """The subject; the class in `X,实例,类` is X's type."""
    cells = row.row
    if cells.predicate == INSTANCE_OF and not cells.subject_type:
        return Mention(cells.file, cells.subject, cells.subject_id, cells.object, by_row=True)
    return Mention(cells.file, cells.subject, cells.subject_id, cells.subject_type)


def object_of(row: ParsedRow) -> Mention | None:
    """The object when it is an entity."""
    cells = row.row
    return Mention(cells.file, cells.object, cells.object_id, cells.object_type) if row.value is None else None


def type_mentions(mention: Mention) -> Iterator[Mention]:
    """The class that a mention names, as a mention of its own."""
    if mention.type_name:
        yield Mention(mention.file, mention.type_name)


class Identities:
    """Ids of all mentions of a load against a snapshot. Problems are collected, not raised."""

    def __init__(self, rows: Iterable[ParsedRow], head: Head) -> None:
        self.names: dict[str, str] = {}
        """Names by id, of every entity that the load mentions."""
        self.standing: dict[str, str] = {}
        """Names in the graph by id, as far as the load touches them."""
        self.problems: list[Problem] = []
        self._head = head
        self._ids: dict[Mention, str] = {}
        self._classes: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._in_file: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._first: dict[Mention, ParsedRow] = {}
        self._class_names: dict[str, str] = {}
        self._tree = ClassGraph(self._class_names)
        self._collect(rows)
        self._look_up()
        self._settle()

    def id_of(self, mention: Mention) -> str | None:
        """The id of a mention; None when a problem was reported for it."""
        return mention.id or self._ids.get(mention)

    def _collect(self, rows: Iterable[ParsedRow]) -> None:
        self._class_mentions: dict[Mention, None] = {}
        self._subclass_rows: list[tuple[Mention, Mention]] = []
        for row in rows:
            subject, target = subject_of(row), object_of(row)
            for mention in (subject, target) if target else (subject,):
                self._first.setdefault(mention, row)
                for cls in type_mentions(mention):
                    self._first.setdefault(cls, row)
                    self._class_mentions[cls] = None
            if target and row.row.predicate in (INSTANCE_OF, SUBCLASS_OF):
                self._class_mentions[target] = None
                if row.row.predicate == SUBCLASS_OF:
                    self._class_mentions[subject] = None
                    self._subclass_rows.append((subject, target))

    def _look_up(self) -> None:
        """All that is needed of the graph, in batches: candidates by name, given ids, classes."""
        names = {m.name for m in self._first}
        given = {m.id for m in self._first if m.id}
        if self._head.revision == 0:
            return
        found = self._head.ids_by_name(names)
        self._by_name.update({name: list(ids) for name, ids in found.items()})
        self.standing = self._head.entities(given | names | {i for ids in found.values() for i in ids})
        for entity_id, classes in self._head.classes_of(self.standing).items():
            self._classes[entity_id].update(classes)
        edges = list(self._head.iter_subclass_edges())
        for child, parent in edges:
            self._tree.add(child, parent)
        class_ids = {c for classes in self._classes.values() for c in classes} | {i for edge in edges for i in edge}
        self._class_names.update(self._head.entities(class_ids))

    def _settle(self) -> None:
        for mention in self._first:
            if mention.id:
                self._take_given(mention)
        for mention in self._class_mentions:
            self._settle_one(mention, typed=False)
        self._class_names.update(self.names)
        for child, parent in self._subclass_rows:
            self._add_parent(child, parent)
        rest = [m for m in self._first if not m.id and m not in self._class_mentions]
        for mention in (m for m in self._first if m.id):
            self._join_class(mention, mention.id)
        typed = [m for m in rest if m.type_name]
        # Notions first: the thing of the same name then is found to be the notion's, whatever the files' order.
        for mention in sorted(typed, key=lambda m: (m.by_row, self._is_no_notion(m))):
            self._settle_one(mention, typed=True)
        for mention in (m for m in rest if not m.type_name):
            self._settle_one(mention, typed=False)

    def _take_given(self, mention: Mention) -> None:
        known = self.names.get(mention.id)
        if known is not None and known != mention.name:
            remedy = "一个编号只能有一个名称：统一名称，或改用另一个编号"
            self._problem(mention, "编号重复用于两个名称", f"{mention.id} = {known}、{mention.name}", remedy)
            return
        self.names[mention.id] = mention.name
        self._in_file[mention.file, mention.name].add(mention.id)
        former = self.standing.get(mention.id)
        if former is not None and former != mention.name and mention.id in self._by_name[former]:
            self._by_name[former].remove(mention.id)
        if mention.id not in self._by_name[mention.name]:
            self._by_name[mention.name].append(mention.id)

    def _settle_one(self, mention: Mention, *, typed: bool) -> None:
        if mention.id or mention in self._ids:
            return
        wanted = self._class_id(mention) if typed else None
        candidates = self._by_name[mention.name]
        if wanted is not None:
            candidates = [c for c in candidates if self._tree.fit(self._classes.get(c, ()), wanted)]
        in_file = self._in_file[mention.file, mention.name]
        local = in_file if mention.by_row and not candidates else in_file & set(candidates)
        if len(local) == 1:
            candidates = list(local)
        if len(candidates) > 1:
            self._problem(
                mention,
                "名称对应多个实体",
                f"{mention.name}（{'、'.join(self._told_apart(c) for c in candidates)}）",
                "填写 subject_id / object_id，或写明 subject_type / object_type",
            )
            return
        entity_id = candidates[0] if candidates else self._new_id(mention)
        self._ids[mention] = entity_id
        self.names[entity_id] = mention.name
        if typed:
            self._in_file[mention.file, mention.name].add(entity_id)
            self._join_class(mention, entity_id)

    def _new_id(self, mention: Mention) -> str:
        """The name if no entity has it as its id, else name@class, else name#2, #3 …"""
        # An entity that was withdrawn and had this id comes back under it; one that stands keeps it.
        own = self._by_name[mention.name]

        def taken(wanted: str) -> bool:
            return wanted in self.standing or wanted in self.names or wanted in own

        free = mention.name
        if taken(free):
            free = f"{mention.name}@{mention.type_name}" if mention.type_name else mention.name
        number = 2
        while taken(free):
            free, number = f"{mention.name}#{number}", number + 1
        own.append(free)
        return free

    def _class_id(self, mention: Mention) -> str | None:
        return next((self._ids.get(c) for c in type_mentions(mention)), None)

    def _join_class(self, mention: Mention, entity_id: str) -> None:
        cls = self._class_id(mention)
        if cls is not None:
            self._classes[entity_id].add(cls)

    def _add_parent(self, child: Mention, parent: Mention) -> None:
        child_id, parent_id = self.id_of(child), self.id_of(parent)
        if child_id and parent_id:
            self._tree.add(child_id, parent_id)

    def _is_no_notion(self, mention: Mention) -> bool:
        cls = self._class_id(mention)
        return cls is None or not self._tree.is_notion(cls)

    def _told_apart(self, entity_id: str) -> str:
        classes = sorted(self._class_names.get(c, c) for c in self._classes.get(entity_id, ()))
        return f"编号 {entity_id}" + (f"，{'、'.join(classes)}" if classes else "")

    def _problem(self, mention: Mention, what: str, value: str, remedy: str) -> None:
        row = self._first[mention].row
        column = "subject" if row.subject == mention.name else "object"
        self.problems.append(Problem(Severity.ERROR, row.file, row.line, column, value, what, remedy))
