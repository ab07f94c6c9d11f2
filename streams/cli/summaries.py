"""What each subcommand does, in a line: ``crawlmill --help`` shows these without importing the subcommands, which takes a second."""

from __future__ import annotations

SUMMARIES = {
    "demo": "Start a broker and a worker, feed the sample pages, and show what became of every one of them.",
    "doctor": "Check this machine, its settings and the broker.",
    "worker": "Process pages until stopped.",
    "feed": "Put pages on pages.raw: JSON Lines, JSON, HAR, HTML, text, WARC, WACZ, folders, or - for JSON Lines on stdin.",
    "tail": "Follow a topic: readable on a terminal, JSON Lines when piped.",
    "inspect": "See the mill in a browser: its flow, every page with its reason, sites, quality.",
    "where": "Where a page went: every record about it on the topics, with reasons and evidence.",
    "top": "Watch the mill: rates, lag, outcomes, workers, what needs attention.",
    "process": "Clean, deduplicate and enrich pages without Kafka: one JSON object a page, in input order, on all cores.",
    "explain": "One page through the core: every decision, its evidence, what was cut, what was found.",
    "compare": "Compare two outputs of process over the same pages; exit code 1 when something differs.",
    "report": "Write a report on a crawl: shares by outcome, site, page type and language, samples with evidence, clusters of copies, time.",
    "topics": "Create or check the topics, or print the access list for them.",
    "deadletters": "List, show and replay messages that could not be processed.",
    "replay": "Enrich documents of pages.clean again, as after an upgrade of a model or of crawlmill.",
    "dedup": "Empty the dedup table, or fill an empty one.",
    "export": "Write a topic to Parquet or DuckDB, each record once.",
    "plan": "What a load needs, with the arithmetic: cores, workers, partitions, broker disk and network, state, recovery.",
    "settings": "Print the settings in force, from defaults, file, environment and command line, as a settings file.",
    "completion": "Print the script that lets a shell complete subcommands, options, their values and the names of settings.",
}
"""The first sentence of each subcommand's own help."""
