"""An import that is killed leaves nothing half, and running it again gives what one run would have given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select

from customer import tables
from customer.demo.bank import MAPPING, make_bank
from customer.demo.core import CORE
from customer.demo.world import read_world
from customer.identifiers import Identifiers
from customer.importing.mapping import read_mapping
from customer.importing.run import Importer
from customer.parts import Parts
from dialogue.store.database import connect
from tests.support.customers import scratch_database

PROJECT = Path(__file__).parents[3]
TODAY = date(2026, 11, 20)
KEY = b"k" * 32
CHILD = """
import sys
from datetime import date
from pathlib import Path
from customer.identifiers import Identifiers
from customer.importing.mapping import read_mapping
from customer.importing.run import Importer
from dialogue.store.database import connect
home = Path(sys.argv[1])
importer = Importer(connect(f"sqlite:///{home}/jinwen.db"), home, Identifiers(b"k" * 32))
importer.run(read_mapping(Path(sys.argv[2])), date(2026, 11, 20), lambda name, rows: print(name, rows, flush=True))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", ["客户标识", "账户流水"])
def test_a_killed_import_is_finished_by_the_next(tmp_path: Path, after: str) -> None:
    make_bank(read_world(TODAY, 1200, 3), [PROJECT / "data" / "triples"], tmp_path / "demo")
    mapping = tmp_path / "demo" / CORE / MAPPING
    scratch_database(tmp_path).dispose()
    command = [sys.executable, "-c", CHILD, str(tmp_path), str(mapping)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(after):
            break
    os.kill(child.pid, signal.SIGKILL)
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    engine = connect(f"sqlite:///{tmp_path}/jinwen.db")
    assert Parts(tmp_path, engine).paths("movements") == []  # they count only when all of them are there
    made = Importer(engine, tmp_path, Identifiers(KEY)).run(read_mapping(mapping), TODAY, lambda *_: None)
    with engine.connect() as sql:
        assert sql.execute(select(func.count()).select_from(tables.customer)).scalar() == made[0].good + made[1].good
    read = sum(len(pd.read_parquet(p)) for p in Parts(tmp_path, engine).paths("movements"))
    assert read == next(c.good for c in made if c.kind == "movements")
    engine.dispose()
