"""`jinwen kg log|show|why|export`: what was published, by whom, and what a fact rests on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.console import out, say
from app.commands.failures import Exit, Failure
from app.commands.graph import fact_line, local_time, opened_graph, show_changes
from app.commands.kg_drafts import list_drafts
from app.commands.story import told

if TYPE_CHECKING:
    from app.editing.parts import Parts
    from kg.facts import Fact
    from kg.store import Graph, Revision, Snapshot

_SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Puts the reading commands into the group."""
    for command in (log, show, why, export):
        app.command()(command)


def log(
    limit: int = typer.Option(20, "--limit", "-n", min=1, help="列出最近几版。"),
    drafts: bool = typer.Option(False, "--drafts", help="列出还没有发布的草稿。"),
    brief: bool = typer.Option(False, "--brief", help="每版只列一行，不列来龙去脉。"),
) -> None:
    """列出发布过的版本，新的在前，每版带着它的来龙去脉：谁起草、改过、提交、批准。"""
    with opened_graph() as (graph, settings):
        from app.runtime import parts_of

        parts = parts_of(graph, settings)
        if drafts:
            list_drafts(parts)
            return
        found = graph.log(limit)
        for revision in found:
            out(_revision_line(revision))
            if not brief:
                _tell_story(revision, parts)
        if not found:
            say("图谱是空的，还没有发布过；用 ./jinwen kg load 载入文件")


def show(
    revision: int = typer.Argument(..., metavar="REV", help="版本号。"),
    everything: bool = typer.Option(False, "--all", help=f"列出全部改动，而不是前 {_SHOWN} 处。"),
) -> None:
    """显示一个版本：谁、何时、为什么，改了哪些事实。"""
    with opened_graph() as (graph, _settings):
        from kg.store.history import difference

        found = graph.revision(revision)
        if revision == 0:
            out("第 0 版是空的图谱")
            return
        out(_revision_line(found))
        out(f"检查：{found.checks or '没有记录'}；内容指纹 {found.content_hash[:16]}")
        changes = difference(graph, revision - 1, revision)
    show_changes(changes.added, changes.removed, changes.changed, None if everything else _SHOWN)


def why(
    subject: str = typer.Argument(..., metavar="SUBJECT", help="实体的名称或编号。"),
    predicate: str = typer.Argument(..., metavar="PREDICATE", help="属性或关系的名称。"),
) -> int:
    """说明一条事实从哪里来：来源、条款、有效期、文件与行、改动人、历次版本。"""
    with opened_graph() as (graph, _settings):
        head = graph.at()
        ids = ids_of(subject, head)
        name = _predicate_named(predicate, head)
        found = False
        for entity_id in ids:
            found |= _explain(entity_id, name, head, graph)
    if not found:
        say(f"{subject} 没有「{name}」，它的上位类也没有")
        return Exit.FAILED
    return Exit.OK


def export(
    file: Path = typer.Argument(
        ..., metavar="FILE|DIR", help="写到这个 .csv（谓语声明写到旁边的 …-ontology.csv）或 .jsonld，或一个文件夹。"
    ),
    revision: int | None = typer.Option(None, "--revision", help="导出哪一版；默认是当前版本。", show_default=False),
    original: bool = typer.Option(False, "--original", help="把载入过的文件原样写到文件夹，逐字节相同。"),
    neo4j: bool = typer.Option(False, "--neo4j", help="写成 neo4j-admin database import 的文件夹。"),
) -> None:
    """导出图谱：三元组 .csv（用 kg load 可以原样载入）、JSON-LD、neo4j-admin 的导入文件，或载入时的原文件。"""
    if not (original or neo4j) and file.suffix.lower() not in (".csv", ".jsonld"):
        raise Failure(str(file), "不是 .csv 或 .jsonld 文件名", "写成 名称.csv", Exit.BAD_INPUT)
    with opened_graph() as (graph, settings):
        snapshot = graph.at(revision)
        if original:
            from app.runtime import parts_of
            from kg.originals import originals_at

            kept = originals_at(parts_of(graph, settings).engine, graph.graph_id, snapshot.revision)
            file.mkdir(parents=True, exist_ok=True)
            for name, content in kept.items():
                (file / Path(name).name).write_bytes(content)
            out(f"第 {snapshot.revision} 版为止载入的 {len(kept)} 个文件写到 {file}")
        elif neo4j:
            from app.graph_export import write_neo4j

            nodes, edges = write_neo4j(file, snapshot)
            out(f"第 {snapshot.revision} 版的 {nodes} 个节点、{edges} 条关系写到 {file}")
        elif file.suffix.lower() == ".jsonld":
            from app.graph_export import write_jsonld

            out(f"第 {snapshot.revision} 版的 {write_jsonld(file, snapshot)} 条事实写到 {file}")
        else:
            _export_triples(file, snapshot)


def _export_triples(file: Path, snapshot: Snapshot) -> None:
    from app.triple_export import write_ontology, write_triples

    ontology = snapshot.ontology()
    count = write_triples(file, snapshot.iter_facts(), ontology)
    declared = file.with_name(f"{file.stem}-ontology.csv")
    write_ontology(declared, ontology)
    out(f"第 {snapshot.revision} 版的 {count} 条事实写到 {file}，谓语的声明写到 {declared}")


def _revision_line(revision: Revision) -> str:
    when = local_time(revision.time) if revision.time else ""
    restores = f"  （回到第 {revision.restores} 版）" if revision.restores is not None else ""
    urgent = f"  【紧急发布：{revision.urgent}】" if revision.urgent else ""
    approved = f"（批准：{revision.approver}）" if revision.approver not in ("", revision.author) else ""
    return (
        f"{revision.number}  {when}  {revision.author}{approved}  +{revision.added} -{revision.closed}  "
        f"共 {revision.facts} 条事实  {revision.message}{restores}{urgent}".rstrip()
    )


def _tell_story(revision: Revision, parts: Parts) -> None:
    """What led to a revision: the journal of its draft, and of itself."""
    entries = parts.journal.of_draft(revision.draft) if revision.draft else []
    known = {(e.at, e.act) for e in entries}
    own = parts.journal.of_revisions(revision.number, revision.number)
    for entry in (*entries, *(e for e in own if (e.at, e.act) not in known)):
        out(f"    {local_time(entry.at)}  {entry.actor}  {told(entry)}")


def ids_of(subject: str, head: Snapshot) -> list[str]:
    """Ids of the entities of a name, or the id itself. Failure when there is none."""
    found = list(head.ids_by_name([subject]).get(subject, ()))
    if not found:
        found = list(head.entities([subject]))
    if not found:
        remedy = "检查名称；别名不算，要写实体的正式名称或编号"
        raise Failure(subject, "图谱里没有这个实体", remedy, Exit.BAD_INPUT)
    return found


def _predicate_named(name: str, head: Snapshot) -> str:
    """The predicate of that name or alias; an undeclared one as written."""
    predicates = head.ontology().predicates
    if name in predicates:
        return name
    return next((p.name for p in predicates.values() if name in p.aliases), name)


def _explain(entity_id: str, predicate: str, head: Snapshot, graph: Graph) -> bool:
    """Prints the versions of an entity's own facts, else of the nearest classes that have some; tells whether any."""
    from kg.store.history import versions_of

    names = head.entities([entity_id])
    for level in _levels(entity_id, head):
        found = [fact for one in level for fact in versions_of(graph, one, predicate)]
        if not found:
            continue
        for fact in found:
            if fact.subject_id != entity_id:
                out(f"{names[entity_id]} 从上位类继承：")
            _explain_fact(fact, head.revision, graph.revision(fact.rev_from).approver)
        return True
    return False


def _levels(entity_id: str, head: Snapshot) -> Iterable[list[str]]:
    """The entity itself, then its classes, nearest first."""
    yield [entity_id]
    seen: set[str] = set()
    level = [c for classes in head.classes_of([entity_id]).values() for c in classes]
    level += [c for classes in head.superclasses([entity_id]).values() for c in classes]
    while level := [c for c in dict.fromkeys(level) if c not in seen]:
        seen.update(level)
        yield level
        level = [c for classes in head.superclasses(level).values() for c in classes]


def _explain_fact(fact: Fact, head: int, approver: str) -> None:
    from kg.facts import OPEN_REVISION

    out(fact_line(fact))
    source = " ".join(part for part in (fact.source, fact.article) if part)
    out(f"  来源：{source or '未注明'}")
    until = "至今" if fact.rev_to == OPEN_REVISION or fact.rev_to > head else f"到第 {fact.rev_to - 1} 版"
    editor = f"，改动人 {fact.editor}" if fact.editor else ""
    approved = f"，批准人 {approver}" if approver else ""
    out(f"  版本：第 {fact.rev_from} 版{until}{editor}{approved}")
