"""The library's tables, as SQL: the statements of each schema version, never changed once released."""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # One row: which library this is, and how many writes changed something. A generation's manifest names both.
        "CREATE TABLE state (identity TEXT NOT NULL, sequence INTEGER NOT NULL)",
        "INSERT INTO state VALUES (lower(hex(randomblob(8))), 0)",
        "CREATE TABLE texts (digest TEXT PRIMARY KEY, body TEXT NOT NULL)",
        # What an article said at a time. `revision` covers what passages are made from; the rest is updated in place.
        """
        CREATE TABLE versions (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            revision TEXT NOT NULL,
            digest TEXT NOT NULL REFERENCES texts (digest),
            url TEXT NOT NULL,
            title TEXT NOT NULL,
            outlet TEXT NOT NULL,
            authors TEXT NOT NULL,
            published TEXT,
            language TEXT,
            dropped TEXT NOT NULL,
            stored TEXT NOT NULL,
            splitting TEXT,
            UNIQUE (id, revision)
        )
        """,
        "CREATE INDEX versions_digest ON versions (digest)",
        # Where an article was found. Live places of one text form one article, which its `lead` place stands for.
        """
        CREATE TABLE places (
            id TEXT PRIMARY KEY,
            version INTEGER NOT NULL REFERENCES versions (key),
            digest TEXT NOT NULL,
            url TEXT NOT NULL,
            outlet TEXT NOT NULL,
            day INTEGER,
            live INTEGER NOT NULL DEFAULT 1,
            lead INTEGER NOT NULL DEFAULT 0
        )
        """,
        "CREATE INDEX places_digest ON places (digest)",
        "CREATE INDEX places_url ON places (url)",
        "CREATE INDEX places_day ON places (day, outlet) WHERE lead",
        # `since` and `until` are sequences: a passage belongs to every index state from the one up to before the other.
        """
        CREATE TABLE passages (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL REFERENCES versions (key),
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            hash TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER
        )
        """,
        "CREATE INDEX passages_version ON passages (version)",
        "CREATE INDEX passages_since ON passages (since)",
        "CREATE INDEX passages_until ON passages (until)",
        "CREATE TABLE models (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)",
        """
        CREATE TABLE vectors (
            model INTEGER NOT NULL REFERENCES models (key),
            hash TEXT NOT NULL,
            vector BLOB NOT NULL,
            UNIQUE (model, hash)
        )
        """,
    ),
    (
        # Texts that were looked at for copies: what they are found by, and which are copies of which, both ways round.
        "CREATE TABLE compared (key INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE REFERENCES texts (digest))",
        "CREATE TABLE bands (band INTEGER, text INTEGER, PRIMARY KEY (band, text)) WITHOUT ROWID",
        "CREATE TABLE copies (text INTEGER, copy INTEGER, PRIMARY KEY (text, copy)) WITHOUT ROWID",
    ),
)
