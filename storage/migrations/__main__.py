"""For developers: `python -m storage.migrations library "Add a column"` writes the next script from the changed tables.

Look it over, raise the revision in `storage/database.py`, and add a dump of the database before to `tests/data/databases`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage.database import DatabaseKind
from storage.migration import SCRIPTS, configuration


def write_next(kind: DatabaseKind, message: str) -> None:
    """Compare the tables with what the scripts make, and write the difference as the next script."""
    scripts = SCRIPTS / kind
    config = configuration(scripts)
    number = len(list((scripts / "versions").glob("v*.py"))) + 1
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'empty.db'}")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            if number > 1:
                command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


if __name__ == "__main__":
    wanted, what = sys.argv[1:]
    write_next("journal" if wanted == "journal" else "library", what)
