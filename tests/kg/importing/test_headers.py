"""What a column of a foreign table is: marked titles at their word, plain ones by custom, never both."""

from __future__ import annotations

import pytest

from kg.importing.headers import Role, columns_of

P = Role.PROPERTY
HEADERS = {
    "neo4j-admin nodes": ("id:ID,name,age:int,tags:string[],:LABEL", (Role.ID, Role.NAME, P, P, Role.LABEL)),
    "neo4j-admin edges": (":START_ID(A),since:date,:END_ID(B),:TYPE", (Role.START, P, Role.END, Role.TYPE)),
    "plain nodes": ("id,name,type,城市", (Role.ID, Role.NAME, Role.LABEL, P)),
    "plain edges": ("source,target,relation,name", (Role.START, Role.END, Role.TYPE, P)),
    "a source of an edge": ("source,type,:START_ID,:END_ID,:TYPE", (P, P, Role.START, Role.END, Role.TYPE)),
    "an id beside the id": (":ID,id,class,:LABEL", (Role.ID, P, P, Role.LABEL)),
    "a type of a node": ("x:ID,name,type,:LABEL", (Role.ID, Role.NAME, P, Role.LABEL)),
    "left out": ("x:ID,name,secret:IGNORE", (Role.ID, Role.NAME, Role.IGNORE)),
}


@pytest.mark.parametrize("name", HEADERS)
def test_roles_of_columns(name: str) -> None:
    titles, roles = HEADERS[name]
    assert tuple(column.role for column in columns_of(titles.split(","))) == roles
