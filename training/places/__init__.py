"""The gazetteer of ``streams.nlp.places``.

    python -m training.places      GeoNames' cities, CLDR's country names -> streams/nlp/places/data/places.npz

``regions.tsv`` holds first-level divisions from GeoNames' table admin1CodesASCII (code, name, ASCII name, id; CC BY 4.0) for
the countries whose divisions news names; ``names.toml`` further names, from general knowledge. The same versions of
the packages give the same file.
"""
