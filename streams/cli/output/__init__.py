"""What the commands print: records, progress, summaries, on a terminal or off one."""
