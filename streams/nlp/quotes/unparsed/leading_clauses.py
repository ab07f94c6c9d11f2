"""Speakers that a sentence before a quotation names: X said that "..."; X said: "..."; X: "..."."""

from __future__ import annotations

from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.unparsed import phrases
from streams.nlp.quotes.unparsed.antecedents import Antecedents
from streams.nlp.quotes.unparsed.clause_subjects import ClauseSubjects, named_speaker
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import Clause

_MAX_TAG = 6  # words of a paragraph's beginning that only names the speaker


class LeadingClauses:
    """Finds the speakers in clauses that lead to quotations."""

    def __init__(
        self, text: str, subjects: ClauseSubjects, antecedents: Antecedents, reporting: Reporting
    ) -> None:
        self._text = text
        self._subjects = subjects
        self._antecedents = antecedents
        self._reporting = reporting

    def introduced(self, clause: Clause, last: Speaker | None) -> Speaker | None:
        """Return the speaker of what stands before a colon: X said: "..."; said X: "..."; X: "..."."""
        if not clause.words:
            return None
        end = clause.words[-1][1]
        document = self._subjects.document(clause)
        if document is not None:
            return document
        verbs = clause.verbs(self._reporting)
        if verbs:
            found = self.of_verb(clause, verbs[-1], last)
            if found is not None:
                return found
        if len(clause.words) <= _MAX_TAG:
            named = self._subjects.speaking(clause.words[0][0], end)
            if named and named[-1][1] == end:
                return named_speaker(named[-1], None)
        return (
            self._subjects.according(clause)
            or self._antecedents.source(clause, last)
            or self._subjects.leading(clause, end)
            or (None if verbs else self._antecedents.only_office(clause, last))
        )

    def speaker(self, clause: Clause, last: Speaker | None) -> Speaker | None:
        """Return the speaker of a sentence that leads to a quotation: X said that "..."; according to X, "..."."""
        verbs = clause.verbs(self._reporting)
        source = self._antecedents.source(clause, last)
        document = self._subjects.document(clause)
        if document is not None:
            return document
        if source is not None or not verbs:
            return source or self._subjects.according(clause)
        return self.of_verb(clause, verbs[-1], last)

    def of_verb(self, clause: Clause, verb: int, last: Speaker | None) -> Speaker | None:
        """Return the subject of a verb in a clause: a name, whom a pronoun stands for, or a noun phrase."""
        pronoun = self._subjects.has_pronoun(clause, verb)
        unnamed = phrases.before(self._text, clause, verb, self._reporting)
        found = None
        if not pronoun:
            found = self._subjects.subject(clause, verb, before=True)
            if found is not None and self._subjects.is_within(found, unnamed):
                found = None
            elif found is None:
                found = self._subjects.beginning(clause, verb)
        behind = phrases.behind(self._text, clause, verb + 1, self._reporting)
        # "Dennoch betont der Leiter: ...": where pronouns may be left out it would be the object.
        inverted = verb <= 1 and not self._reporting.drops_pronouns
        subordinate = clause.words[0][2] in self._reporting.subordinates
        if behind is not None and subordinate and self._subjects.is_behind_comma(clause, verb):
            named = self._subjects.subject(clause, verb, before=False)
            return named or self._subjects.unnamed(behind, clause.words[verb])
        if found is None and not pronoun and unnamed is None:
            found = self._subjects.subject(clause, verb, before=False)
            if found is not None and self._subjects.is_within(found, behind):
                found = None
        inverted = inverted or not self._reporting.articles
        return (
            found
            or self._antecedents.speaker(clause, verb, last)
            or self._subjects.unnamed(unnamed or (behind if inverted else None), clause.words[verb])
        )
