"""Exports of topics to Parquet files and DuckDB, each offset once, to be continued where they stopped."""
