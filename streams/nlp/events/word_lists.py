"""Word lists for modality, places and participants of events, loaded from ``data/events.toml``."""

from __future__ import annotations

from streams.nlp.data import table, words

_TABLE = table("events")


def _set(name: str) -> frozenset[str]:
    return frozenset(words(_TABLE[name]))


PLACE_PREPOSITIONS = _set("place_prepositions")
ATTACK_NOUNS = _set("attack_nouns")
INNER_PLACE_PREPOSITIONS = _set("inner_place_prepositions")
PLACE_NOUNS = _set("place_nouns")
COMPLEMENT_PREPOSITIONS = _set("complement_prepositions")
OPENING_WORDS = _set("opening_words")
VERB_COMPLEMENT_PREPOSITIONS = _set("verb_complement_prepositions")
BUILDING_NOUNS = _set("building_nouns")
REGION_NOUNS = _set("region_nouns")
TARGET_PREPOSITIONS = _set("target_prepositions")
POSSIBLE_AUXILIARIES = _set("possible_auxiliaries")
FUTURE_AUXILIARIES = _set("future_auxiliaries")
ACCOMPLISHED_PURPOSE_VERBS = _set("accomplished_purpose_verbs")
CLASSES_WITH_AT = _set("classes_with_at")
FINITE_TAGS = _set("finite_tags")
ALMOST_ADVERBS = _set("almost_adverbs")
FUTURE_MODALITIES = _set("future_modalities")
REQUIRED_AUXILIARIES = _set("required_auxiliaries")
MODALITY_BY_GOVERNOR: dict[str, str] = _TABLE["modality_by_governor"]
CLAIM_NOUNS = _set("claim_nouns")
PROOFS = _set("proofs")
POWER_NOUNS = _set("power_nouns")
DOUBTING_ADVERBS = _set("doubting_adverbs")
MODALITY_BY_NOUN: dict[str, str] = {
    noun: meant for meant, row in _TABLE["modality_by_noun"].items() for noun in words(row)
}
DENYING_VERBS = _set("denying_verbs")
GOVERNING_PREPOSITIONS = _set("governing_prepositions")
ADDRESSING_VERBS = _set("addressing_verbs")
NON_PARTICIPANTS = _set("non_participants")
ANYBODY = _set("anybody")
QUANTIFIERS = _set("quantifiers")
PERSONAL_PRONOUNS = _set("personal_pronouns")
NEUTRAL_PRONOUNS = _set("neutral_pronouns")
ALWAYS_REPORTED_CLASSES = _set("always_reported_classes")
CLASSES_WITH_CLAUSE = _set("classes_with_clause")
SPEECH_ACTS = _set("speech_acts")
MEDIA_WORDS = _set("media_words")
GERUND_VERBS = _set("gerund_verbs")
INTRANSITIVE_CLASSES = _set("intransitive_classes")
TITLE_INTRANSITIVE_CLASSES = _set("title_intransitive_classes")
WORK_LABELS = _set("work_labels")
RECIPIENT_LABELS = _set("recipient_labels")
QUANTITY_NOUNS = _set("quantity_nouns")
TARGETLESS_VERBS = _set("targetless_verbs")
OFFICE_VERBS = _set("office_verbs")
FRAGMENT_NOUNS = _set("fragment_nouns")
INANIMATE_NOUNS = _set("inanimate_nouns")
HUMAN_CLASSES = _set("human_classes")
HEADLINE_INTRANSITIVES = _set("headline_intransitives")
HEADLINE_PASSIVES = _set("headline_passives")
SAY_VERBS_WITH_OBJECT = _set("say_verbs_with_object")
HEARSAY_ADVERBS = _set("hearsay_adverbs")
HEADLINE_STATES = _set("headline_states")
STATES = _set("headline_states")
HEADLINE_PREPOSITIONS = _set("headline_prepositions")
UNTELLING_OPENINGS = _set("untelling_openings")
ADVERBIAL_NOUNS = _set("adverbial_nouns")
STATES = _set("states")
INTENTION_NOUNS = _set("intention_nouns")
GENERIC_DETERMINERS = _set("generic_determiners")
ESCAPES = _set("escapes")
CONSEQUENCE_VERBS = _set("consequence_verbs")
NAMING_VERBS = _set("naming_verbs")
PARTS_OF_BODIES = _set("parts_of_bodies")
WEIGHING_VERBS = _set("weighing_verbs")
GIVING_VERBS = _set("giving_verbs")
COMPANY_NOUNS = _set("company_nouns")
DAMAGE_VERBS = _set("damage_verbs")
GOAL_NOUNS = _set("goal_nouns")
#: "lemma, class" -> the preposition of its target.
FIXED_TARGETS: dict[str, str] = _TABLE["fixed_targets"]
#: Lemma -> prepositions that introduce no target of it.
NO_TARGETS: dict[str, frozenset[str]] = {
    lemma: frozenset(words(row)) for lemma, row in _TABLE["no_targets"].items()
}
