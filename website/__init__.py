"""The documentation as a site: pages of the repository, a reference generated from the code, built by MkDocs (``make docs``)."""
