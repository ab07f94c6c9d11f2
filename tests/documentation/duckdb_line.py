"""``python -m documentation.duckdb_line [FILE] SQL``: what DuckDB's command line does with these, by its library."""

from __future__ import annotations

import sys

import duckdb


def main(arguments: list[str]) -> None:
    """Run the statement on the database file, or on files alone (``-c SQL``), and print the rows."""
    file, statement = (":memory:", arguments[1]) if arguments[0] == "-c" else arguments
    with duckdb.connect(file) as connection:
        for row in connection.sql(statement).fetchall():
            print(*row, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:])
