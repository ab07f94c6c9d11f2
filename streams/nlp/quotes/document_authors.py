"""Authors of documents that speak: "Acme's statement said", "issued a letter warning that", "a post by Ida Holm said"."""

from __future__ import annotations

from streams.nlp.syntax import dependencies, inflection, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_DOCUMENTS = frozenset(
    {"statement", "release", "post", "tweet", "letter", "email", "e-mail", "memo", "memorandum", "message", "notice"}
    | {"report", "article", "paper", "study", "survey", "column", "editorial", "essay", "blog", "filing", "complaint"}
    | {"lawsuit", "petition", "note", "advisory", "bulletin", "announcement", "newsletter", "story", "review", "video"}
    | {"speech", "interview", "document", "poll", "analysis", "update", "communique", "communiqué", "declaration"}
)  # fmt: skip
# Verbs (lemmas) whose subject is the author of their object; not "retweet" and "cite".
_PUBLISHING = frozenset(
    {"issue", "publish", "release", "post", "write", "send", "file", "produce", "sign", "tweet", "circulate", "submit"}
    | {"author", "draft", "deliver", "conduct", "commission", "compile", "prepare"}
)  # fmt: skip
# Nouns for what somebody says, before "that" and a quotation.
_REMARKS = frozenset(
    {"remark", "statement", "claim", "comment", "assertion", "warning", "promise", "pledge", "vow", "argument"}
    | {"allegation", "declaration", "suggestion", "insistence", "admission", "announcement", "complaint", "reply"}
)  # fmt: skip
# Nouns for what somebody says, that stand before the words themselves with nothing but a mark between.
_WORDS = frozenset(
    {"words", "assessment", "advice", "verdict", "conclusion", "response", "reply", "answer", "reaction"}
)
_OWN = frozenset({"my", "our", "your"})
_MAX_OWNER = 8  # tokens of the name of somebody whose words follow
_MARKS = frozenset({'"', "“", "‘", "'", "``", "«", "„", ","})


def is_document(noun: Token) -> bool:
    return noun.tag_.startswith("NN") and inflection.singular(noun.lower_) in _DOCUMENTS


def author(noun: Token) -> Token | None:
    """Return the noun for the author of a document, ``None`` if the words around it name none.

    Looked for in order: a possessive, "by" or "from" with a noun, "written by", the subject of "published" and the like.
    """
    if not is_document(noun):
        return None
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ == "acl" and child.tag_ == "VBN" and _publishes(child):
            return dependencies.agent(child)
    return _source(noun) or _publisher(noun)


def _source(noun: Token) -> Token | None:
    """Return the noun behind "by" or "from" right behind a document, whatever the parser joins the preposition to."""
    behind = noun.i + 1
    if behind >= len(noun.doc) or noun.doc[behind].lower_ not in ("by", "from"):
        return None
    return next((inner for inner in noun.doc[behind].children if inner.dep_ == "pobj"), None)


def _publisher(noun: Token) -> Token | None:
    """Return the subject of the verb of publishing whose object a document is."""
    verb = noun.head
    if noun.dep_ not in dependencies.OBJECT or not dependencies.is_verb(verb) or not _publishes(verb):
        return None
    found = subjects.subject(verb)
    return found[0] if found is not None and not found[1] and found[0] is not noun else None


def _publishes(verb: Token) -> bool:
    return verbs.lemma(verb.text, verb.tag_) in _PUBLISHING


def of_remark(parsed: ParsedParagraph, first: int) -> tuple[Token, str] | None:
    """Return the owner of a remark that is the quotation at token ``first``, and the noun: "Holm's claim that “..."."""
    k = first - 1
    while k >= 0 and parsed.lower[k] in _MARKS:
        k -= 1
    if k < 2 or parsed.lower[k] != "that" or inflection.singular(parsed.lower[k - 1]) not in _REMARKS:
        return None
    owner = k - 2
    if parsed.tags[owner] == "POS":
        owner -= 1
    elif parsed.tags[owner] != "PRP$":
        return None
    return (parsed.doc[owner], parsed.words[k - 1]) if owner >= 0 and not parsed.quoted[owner] else None


def of_words(parsed: ParsedParagraph, first: int) -> tuple[Token, str] | None:
    """Return whose words the quotation at token ``first`` is, and the noun: "in Holm's words, “...", "in the words of Holm: “..."."""
    k = first - 1
    while k >= 0 and (parsed.lower[k] in _MARKS or parsed.lower[k] in (":", "a", "an", "the")):
        k -= 1
    if k < 2 or parsed.quoted[k]:
        return None
    if parsed.lower[k] in _WORDS:
        owner = k - 2 if parsed.tags[k - 1] == "POS" else k - 1
        possessive = parsed.tags[k - 1] in ("POS", "PRP$") and parsed.lower[k - 1] not in _OWN
        low = max(0, owner - _MAX_OWNER)
        begins = parsed.lower[k] != "words" or any(parsed.lower[n] == "in" for n in range(low, owner))
        return (parsed.doc[owner], parsed.words[k]) if possessive and owner >= 0 and begins else None
    for n in range(k - 1, max(2, k - _MAX_OWNER), -1):
        named = parsed.lower[n - 3 : n + 1] == ["in", "the", "words", "of"]
        if named and parsed.tags[k].startswith("NN"):
            return parsed.doc[k], parsed.words[n - 1]
    return None
