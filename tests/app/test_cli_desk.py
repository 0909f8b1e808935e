"""The command line of the editors' side: impact, four eyes, stories, people, exports."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from app.commands.failures import Exit
from tests.support.cli import GOOD, Run

PASSWORD = "一个足够长的密码-9"


@pytest.fixture
def loaded(jinwen: Run, files: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("JINWEN_DATABASE_URL", f"sqlite:///{tmp_path}/jinwen.db")
    monkeypatch.setenv("JINWEN_GOLDEN", str(tmp_path / "golden.csv"))
    (tmp_path / "golden.csv").write_text("问题\n稳盈1号的起购金额是多少\n", encoding="utf-8")
    assert jinwen("kg", "load", files)[0] == Exit.OK
    (files / "products.csv").write_text(GOOD.replace("1万元", "5万元"), encoding="utf-8")
    return files


def test_a_diff_lists_the_answers_that_change(jinwen: Run, loaded: Path) -> None:
    code, out, error = jinwen("kg", "diff", loaded)
    assert (code, "? 稳盈1号的起购金额是多少" in out) == (Exit.OK, True)
    assert "旧：稳盈1号的起购金额：1万元" in out and "新：稳盈1号的起购金额：5万元" in out
    assert "1 题答案改变" in error


def test_with_an_approver_among_the_accounts_only_that_one_publishes(
    jinwen: Run, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))

    monkeypatch.setenv("JINWEN_APPROVAL", "on")
    for name, role in (("王敏", "editor"), ("李强", "approver"), ("赵云", "approver")):
        typed(PASSWORD)
        assert jinwen("user", "add", name, "--role", role)[0] == Exit.OK
    typed("短")
    assert jinwen("user", "add", "孙", "--role", "editor")[0] == Exit.BAD_INPUT
    code, out, _ = jinwen("kg", "load", loaded, "--author", "赵云", "-m", "提高门槛")
    assert code == Exit.DRAFTED
    draft = out.split("草稿 ")[1].split("（")[0]
    for name, password, told in (
        ("", PASSWORD, "用 --user"),
        ("李强", "不对的密码", "登录没有成功"),
        ("王敏", PASSWORD, "不能发布"),
        ("赵云", PASSWORD, "另一个人"),
    ):
        typed(password)
        code, _, error = jinwen("kg", "publish", draft, *(["--user", name] if name else []))
        assert (code, told in error) == (Exit.BAD_INPUT, True), error
    typed(PASSWORD)
    code, out, _ = jinwen("kg", "publish", draft, "--user", "李强")
    assert (code, "1 题答案改变" in out) == (Exit.OK, True)
    _, out, _ = jinwen("kg", "log")
    assert "赵云（批准：李强）" in out and "提交审批" in out


def test_drafts_are_listed_dropped_and_rebased(jinwen: Run, loaded: Path) -> None:
    code, out, _ = jinwen("kg", "load", loaded, "--draft")
    draft = out.split("草稿 ")[1].split("（")[0]
    assert draft in jinwen("kg", "drafts")[1]
    assert "起购金额 5万元" in jinwen("kg", "diff", draft)[1]
    (loaded / "products.csv").write_text(GOOD.replace("手机银行", "网上银行"), encoding="utf-8")
    assert jinwen("kg", "load", loaded)[0] == Exit.OK
    code, _, error = jinwen("kg", "publish", draft)
    assert (code, "kg rebase" in error) == (Exit.FAILED, True)
    assert jinwen("kg", "rebase", draft)[0] == Exit.OK
    assert jinwen("kg", "publish", draft)[0] == Exit.OK
    code, out, _ = jinwen("kg", "load", loaded, "--draft")
    draft = out.split("草稿 ")[1].split("（")[0]
    assert jinwen("kg", "drop", draft)[0] == Exit.OK
    assert jinwen("kg", "drafts")[1] == ""


def test_exports_give_files_back_and_speak_other_languages(jinwen: Run, loaded: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "坏.csv"
    hostile.write_text("主语,谓语,宾语\n稳盈1号,特点,=1+1\n稳盈1号,特点,-0.5%\n", encoding="gb18030")
    assert jinwen("kg", "load", hostile)[0] == Exit.OK
    assert jinwen("kg", "export", tmp_path / "原", "--original")[0] == Exit.OK
    assert (tmp_path / "原" / "坏.csv").read_bytes() == hostile.read_bytes()
    assert jinwen("kg", "export", tmp_path / "all.csv")[0] == Exit.OK
    cells = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in cells and ",-0.5%," in cells
    assert jinwen("kg", "diff", tmp_path / "all.csv")[1] == ""
    assert jinwen("kg", "export", tmp_path / "all.jsonld")[0] == Exit.OK
    document = json.loads((tmp_path / "all.jsonld").read_text(encoding="utf-8"))
    assert {"name", "@id"} <= set(document["@graph"][0])
    assert jinwen("kg", "export", tmp_path / "neo", "--neo4j")[0] == Exit.OK
    assert ":START_ID,:END_ID,:TYPE" in (tmp_path / "neo" / "relationships.csv").read_text(encoding="utf-8-sig")
    assert "id:ID" in (tmp_path / "neo" / "nodes.csv").read_text(encoding="utf-8-sig")


def test_duplicates_are_merged_with_their_history_and_taken_apart_again(
    jinwen: Run, loaded: Path, tmp_path: Path
) -> None:
    rows = "稳盈一号,特点,好\n稳盈一号,托管人,甲行\n活动,主推,稳盈一号\n"
    (tmp_path / "twin.csv").write_text(f"subject,predicate,object\n{rows}", encoding="utf-8")
    (tmp_path / "o.csv").write_text("name,aliases,datatype\n主推,,entity\n", encoding="utf-8")
    assert jinwen("kg", "load", tmp_path / "twin.csv", tmp_path / "o.csv")[0] == Exit.OK

    def published(*command: object) -> None:
        code, out, error = jinwen("kg", *command)
        assert code == Exit.DRAFTED, error
        code, _, error = jinwen("kg", "publish", out.split("草稿 ")[1].split("；")[0])
        assert code == Exit.OK, error

    published("merge", "稳盈1号", "稳盈一号")
    assert "稳盈1号 特点 好" in jinwen("kg", "why", "稳盈1号", "特点")[1]
    assert "活动 主推 稳盈1号" in jinwen("kg", "why", "活动", "主推")[1]
    assert "别名 稳盈一号" in jinwen("kg", "why", "稳盈1号", "别名")[1]
    assert jinwen("kg", "why", "稳盈一号", "特点")[0] == Exit.BAD_INPUT
    published("revert", 3)
    assert "稳盈一号 特点 好" in jinwen("kg", "why", "稳盈一号", "特点")[1]
    code, _, error = jinwen("kg", "revert", 3)
    assert (code, "又改过同样的实体" in error) == (Exit.BAD_INPUT, True)


def test_two_things_with_different_values_are_not_merged(jinwen: Run, loaded: Path, tmp_path: Path) -> None:
    (tmp_path / "twin.csv").write_text("subject,predicate,object\n稳盈一号,起购金额,9万元\n", encoding="utf-8")
    assert jinwen("kg", "load", tmp_path / "twin.csv")[0] == Exit.OK
    code, _, error = jinwen("kg", "merge", "稳盈1号", "稳盈一号")
    assert (code, "起购金额：1万元 和 9万元" in error) == (Exit.BAD_INPUT, True)
