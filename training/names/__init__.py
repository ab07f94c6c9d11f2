"""Training of the models of ``streams.nlp.names``.

    python -m training.names lists [--ipadic FOLDER]   known names -> streams/nlp/names/weights/gazetteer.npz
    python -m training.names train DATA                weights     -> streams/nlp/names/weights/names.npz
    python -m training.names measure DATA              held-out documents and held-out languages -> report.md

DATA is a folder of ``<language>.jsonl.gz`` files with ``{"text", "ents": [[start, end, label], ...]}`` a line, offsets
in code points. The same data and versions of the packages give the same files.
"""
