"""Bytes become the text that their author wrote, whatever is declared, and nothing that is sent raises."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.cleaning.decode import charset_labels
from streams.cleaning.decode.charset import Decoded, decode, repair

TEXTS = {
    "en": "The council’s vote on Tuesday — nine to four — ended a dispute over the “old” quay and its cafés, the clerk said.",
    "fr": "La grotte qui domine la rivière est fermée depuis des années, a déclaré le garde forestier ; où les mouettes nichent, personne ne doit les déranger, même à Noël.",
    "de": "Über die Brücke dürfen künftig nur noch Fußgänger gehen; größere Fahrzeuge müssen den Umweg über die Mühle nehmen, hieß es.",
    "es": "El año pasado la inundación dañó el puente; según los vecinos, nadie llamó al técnico, y aún así el señor alcalde pidió más pruebas.",
    "pl": "Rada miasta zagłosowała za naprawą mostu, kończąc spór, który dzielił nabrzeże; inżynierowie ostrzegali, że łożyska są zużyte.",
    "cs": "Rada města rozhodla, že starý most opraví; inženýři varovali, že ložiska jsou opotřebená a nákladní vozy těžší dvanácti tun už přejíždět nesmějí.",
    "hu": "A városi tanács megszavazta a régi híd felújítását; a mérnökök szerint a csapágyak elkoptak, és nehezebb teherautók nem mehetnek át többé a főúton.",
    "tr": "Belediye meclisi eski köprünün yıkılmayıp onarılmasına karar verdi; mühendisler geçen güz aşınmış yataklar için uyarmıştı, ağır araçlar artık geçemeyecek.",
    "lt": "Miesto taryba nusprendė atstatyti senąjį tiltą, užbaigdama ginčą; inžinieriai įspėjo, kad guoliai susidėvėję ir sunkesni vilkikai neturėtų važiuoti.",
    "ru": "Городской совет решил отремонтировать старый мост, а не строить новый. Инженеры ещё осенью предупреждали, что опоры изношены и грузовикам по нему ездить нельзя.",
    "uk": "Міська рада вирішила відбудувати старий міст, а не зводити новий. Інженери ще восени попереджали, що опори зношені, і важким вантажівкам їхати ним не можна.",
    "el": "Το δημοτικό συμβούλιο ψήφισε την επισκευή της παλιάς γέφυρας· οι μηχανικοί είχαν προειδοποιήσει ότι τα στηρίγματα έχουν φθαρεί.",
    "he": "מועצת העיר החליטה לשקם את הגשר הישן ולא להחליף אותו. המהנדסים הזהירו בסתיו כי המסבים שחוקים ומשאיות כבדות לא יעברו בו.",
    "ar": "قرر مجلس المدينة ترميم الجسر القديم بدلا من هدمه، وحذر المهندسون في الخريف من أن الدعامات متآكلة وأن الشاحنات الثقيلة يجب ألا تعبره.",
    "th": "สภาเมืองลงมติให้ซ่อมสะพานเก่าแทนการรื้อสร้างใหม่ วิศวกรเตือนตั้งแต่ฤดูใบไม้ร่วงว่าฐานรองรับสึกหรอและรถบรรทุกหนักไม่ควรข้าม",
    "ja": "市議会は火曜日の夜、古い橋を取り壊さずに修理することを決めた。技師たちは昨年の秋に軸受けがすり減っていると警告していた。",
    "ko": "시의회는 화요일 밤 오래된 다리를 헐지 않고 고치기로 했다. 기술자들은 지난가을 받침이 닳았다고 경고했으며 무거운 트럭은 건널 수 없다.",
    "zh": "市议会星期二晚上决定修复旧桥，而不是重新建造。工程师去年秋天就警告说，桥墩的轴承已经磨损，超过十二吨的卡车不能再通过。",
    "zh-tw": "市議會星期二晚上決定修復舊橋，而不是重新建造。工程師去年秋天就警告說，橋墩的軸承已經磨損，超過十二噸的卡車不能再通過。",
}  # fmt: skip
# Label, language, codec that it is encoded with, codec that reads it.
CHARSETS = [
    ("utf-8", "en", "utf_8", "utf_8"),
    ("utf-8", "zh", "utf_8", "utf_8"),
    ("windows-1252", "en", "cp1252", "cp1252"),
    ("iso-8859-1", "fr", "latin_1", "cp1252"),
    ("iso-8859-1", "de", "latin_1", "cp1252"),
    ("iso-8859-1", "es", "latin_1", "cp1252"),
    ("windows-1250", "pl", "cp1250", "cp1250"),
    ("iso-8859-2", "pl", "iso8859_2", "iso8859_2"),
    ("windows-1250", "cs", "cp1250", "cp1250"),
    ("iso-8859-2", "cs", "iso8859_2", "iso8859_2"),
    ("windows-1250", "hu", "cp1250", "cp1250"),
    ("windows-1254", "tr", "cp1254", "cp1254"),
    ("iso-8859-9", "tr", "iso8859_9", "cp1254"),
    ("windows-1257", "lt", "cp1257", "cp1257"),
    ("windows-1258", "vi", "cp1258", "cp1258"),
    ("windows-1251", "ru", "cp1251", "cp1251"),
    ("koi8-r", "ru", "koi8_r", "koi8_r"),
    ("iso-8859-5", "ru", "iso8859_5", "iso8859_5"),
    ("ibm866", "ru", "cp866", "cp866"),
    ("x-mac-cyrillic", "ru", "mac_cyrillic", "mac_cyrillic"),
    ("windows-1251", "uk", "cp1251", "cp1251"),
    ("koi8-u", "uk", "koi8_u", "koi8_u"),
    ("windows-1253", "el", "cp1253", "cp1253"),
    ("windows-1255", "he", "cp1255", "cp1255"),
    ("windows-1256", "ar", "cp1256", "cp1256"),
    ("tis-620", "th", "cp874", "cp874"),
    ("shift_jis", "ja", "cp932", "cp932"),
    ("euc-jp", "ja", "euc_jp", "euc_jp"),
    ("iso-2022-jp", "ja", "iso2022_jp", "iso2022_jp"),
    ("euc-kr", "ko", "cp949", "cp949"),
    ("gb2312", "zh", "gb2312", "gb18030"),
    ("gbk", "zh", "gbk", "gb18030"),
    ("gb18030", "zh", "gb18030", "gb18030"),
    ("big5", "zh-tw", "big5", "big5hkscs"),
    ("utf-16le", "ru", "utf_16_le", "utf_16_le"),
    ("utf-16be", "fr", "utf_16_be", "utf_16_be"),
    ("utf-32le", "en", "utf_32_le", "utf_32_le"),
    ("utf-32be", "ko", "utf_32_be", "utf_32_be"),
]  # fmt: skip
NAMES = [f"{label} ({language})" for label, language, _, _ in CHARSETS]


def _in_windows_1258(text: str) -> str:
    """Vietnamese as that charset writes it: tones behind their letters."""
    pieces = []
    for character in text:
        try:
            character.encode("cp1258")
            pieces.append(character)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", character)
            tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            pieces.append(unicodedata.normalize("NFC", parts.replace(tone, "")) + tone)
    return "".join(pieces)


TEXTS["vi"] = _in_windows_1258(
    "Hội đồng thành phố tối thứ ba quyết định sửa lại cây cầu cũ thay vì xây cầu mới; các kỹ sư đã cảnh báo từ mùa thu rằng gối đỡ đã mòn."
)


def page(text: str, head: str = "", lang: str = "x") -> str:
    """A page with some ASCII around the text, as pages have."""
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("home", "news", "sport", "weather"))
    return f'<!doctype html><html lang="{lang}"><head>{head}<title>News</title></head><body><ul>{menu}</ul><p>{text}</p><footer>Imprint</footer></body></html>'


@pytest.mark.parametrize(("label", "language", "written", "expected"), CHARSETS, ids=NAMES)
@pytest.mark.parametrize("declared", ["header", "crawler", "meta", "pragma", "nowhere", "wrongly"])
def test_a_page_is_read_in_its_charset_wherever_that_is_declared(
    label: str, language: str, written: str, expected: str, declared: str
) -> None:
    head = {
        "meta": f"<meta charset={label}>",
        "pragma": f'<meta http-equiv="Content-Type" content="text/html; charset={label}">',
    }
    html = page(TEXTS[language], head.get(declared, ""))
    wrong = "utf-8" if written != "utf_8" else "iso-8859-1"
    header = {"header": f"text/html; charset={label}", "wrongly": f"text/html; charset={wrong}"}.get(declared)
    found = decode(html.encode(written), header, label if declared == "crawler" else None)
    assert (found.text, found.encoding) == (html, expected)


@pytest.mark.parametrize(("label", "language", "written", "expected"), CHARSETS, ids=NAMES)
@pytest.mark.parametrize("declared", ["header", "nowhere", "wrongly"])
def test_a_stray_byte_changes_itself_only(
    label: str, language: str, written: str, expected: str, declared: str
) -> None:
    if written.startswith(("utf_16", "utf_32")):
        pytest.skip("a byte too many moves all that follow")
    before, behind = page(TEXTS[language]).split("<footer>")
    content = before.encode(written) + b"<footer>\xa9 2024 " + behind.encode(written)
    wrong = "utf-8" if written != "utf_8" else "iso-8859-1"
    header = {"header": f"text/html; charset={label}", "wrongly": f"text/html; charset={wrong}"}.get(declared)
    found = decode(content, header)
    assert found.encoding == expected
    assert found.text.startswith(before) and found.text.endswith(behind)


@pytest.mark.parametrize(("label", "language", "written", "expected"), CHARSETS, ids=NAMES)
def test_a_page_cut_within_a_character_ends_before_it(
    label: str, language: str, written: str, expected: str
) -> None:
    content = page(TEXTS[language]).encode(written)
    content = content[: content.index("</p>".encode(written)) - 1]
    found = decode(content, f"text/html; charset={label}")
    assert found.encoding == expected
    assert page(TEXTS[language]).startswith(found.text) and "\ufffd" not in found.text


def test_one_latin_1_byte_in_a_page_in_utf8_is_one_replacement_character() -> None:
    content = page(TEXTS["en"], "<meta charset=utf-8>").encode().replace(b"Imprint", b"\xa9 2024")
    for header in ("text/html; charset=utf-8", None):
        found = decode(content, header)
        assert found.encoding == "utf_8"
        assert found.text.count("\ufffd") == 1
        assert "The council’s vote on Tuesday — nine to four" in found.text
        assert found.note == "UTF-8 with 1 broken characters among 6 outside ASCII"


@pytest.mark.parametrize(
    "broken",
    ["’ ’".encode() + b" \xe9 \xa9", "’".encode() + b" \xe2\x80 \xe2\x80", "’".encode() + b" \x80\x99 \x80\x99", b"\xe2\x80\"", "é".encode() + b" \xe9 \xe8 \xe0 \xf4"],
    ids=["lone bytes", "cut off", "beheaded", "nothing but one cut character", "four of five"],
)  # fmt: skip
def test_declared_utf8_stays_utf8_whatever_share_of_its_characters_is_broken(broken: bytes) -> None:
    content = page("plain words").encode().replace(b"plain", b"plain " + broken)
    assert decode(content, "text/html; charset=utf-8").encoding == "utf_8"
    assert decode(content.replace(b"<head>", b"<head><meta charset=utf-8>")).encoding == "utf_8"


def test_utf8_by_its_byte_order_mark_may_have_broken_bytes_too() -> None:
    content = codecs.BOM_UTF8 + page(TEXTS["pl"]).encode() + b"<p>H\xe4lfte"
    assert decode(content, "text/html; charset=iso-8859-2").encoding == "utf_8"


@pytest.mark.parametrize("written", ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be", "utf_8"])
def test_a_byte_order_mark_decides_whatever_is_declared(written: str) -> None:
    mark = {"utf_16_le": codecs.BOM_UTF16_LE, "utf_16_be": codecs.BOM_UTF16_BE, "utf_32_le": codecs.BOM_UTF32_LE, "utf_32_be": codecs.BOM_UTF32_BE, "utf_8": codecs.BOM_UTF8}[written]  # fmt: skip
    found = decode(mark + page(TEXTS["ja"]).encode(written), "text/html; charset=shift_jis", "koi8-r")
    assert (found.text, found.encoding) == (page(TEXTS["ja"]), written)


def test_a_few_latin_1_letters_in_a_page_that_says_utf8_are_read() -> None:
    html = page("The café of Señor Núñez")
    assert decode(html.encode("latin-1"), "text/html; charset=utf-8").text == html


@pytest.mark.parametrize(
    "wrong", ["iso-8859-1", "windows-1251", "shift_jis", "gbk", "koi8-r", "utf-16", "replacement"]
)
@pytest.mark.parametrize("language", ["en", "fr", "ru", "ja"])
def test_utf8_is_utf8_under_any_label(wrong: str, language: str) -> None:
    html = page(TEXTS[language])
    assert decode(html.encode(), f"text/html; charset={wrong}").text == html
    broken = decode(html.encode() + b"<p>\xa9 2024", f"text/html; charset={wrong}")
    assert broken.encoding == "utf_8" and broken.text.startswith(html)


def test_a_page_is_not_in_utf16_because_its_meta_element_says_so() -> None:
    html = page(TEXTS["fr"], "<meta charset=utf-16>")
    assert decode(html.encode()).text == html
    assert decode(html.encode("latin-1"), "text/html; charset=utf-16").text == html


def test_the_header_goes_before_the_page_but_for_the_latin_1_that_servers_send_by_default() -> None:
    html = page(TEXTS["ru"], "<meta charset=windows-1251>", "ru")
    assert decode(html.encode("cp1251"), "text/html; charset=iso-8859-1").text == html
    swapped = page(TEXTS["ru"], "<meta charset=windows-1251>", "ru")
    assert decode(swapped.encode("koi8_r"), "text/html; charset=koi8-r").text == swapped


@pytest.mark.parametrize("at", [900, 2_000, 60_000, 300_000])
def test_a_declaration_counts_however_late_it_comes(at: int) -> None:
    head = f"<style>{'.a{b:c}' * (at // 7)}</style><!-- <meta charset=koi8-r> --><script>'<meta charset=big5>'</script><meta charset='iso-8859-2'>"
    html = page("Zażółć gęślą jaźń", head)
    assert charset_labels.label_in_page(html.encode("iso8859_2")) == "iso-8859-2"
    assert decode(html.encode("iso8859_2")).text == html


def test_utf7_is_not_read() -> None:
    found = decode(b"<p>+ADw-script+AD4-", "text/html; charset=utf-7")
    assert found.text == "<p>+ADw-script+AD4-"


def test_what_was_encoded_twice_is_read_where_that_is_certain() -> None:
    html = page(TEXTS["fr"] + " “Noël” à Łódź")
    for wrong in ("latin-1", "cp1252"):
        text = html if wrong == "latin-1" else html.replace("à", "a").replace("Ł", "L").replace("”", "“")
        found = decode(text.encode().decode(wrong).encode())
        assert found.text == text and found.note and "taken for windows-1252" in found.note
    article = page("Mojibake turns é into Ã©, and “quotes” into â€œquotesâ€\x9d.")
    assert decode(article.encode()).text == article
    assert decode(page("Ã©").encode()).text == page("Ã©")


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
def test_no_western_text_is_ever_read_as_of_another_script(language: str) -> None:
    for size in range(20, len(TEXTS[language]), 7):
        html = page(TEXTS[language][:size])
        found = decode(html.encode("cp1252"))
        assert found.encoding in ("cp1252", "utf_8")
        assert found.text == html


def test_strings_of_a_crawler_have_their_surrogates_joined() -> None:
    assert repair("\ud83d\ude00 \ud83d").text == "😀 \ufffd"
    assert repair("plain") == Decoded("plain", "utf_8", utf8=b"plain")


@pytest.mark.parametrize("language", ["fr", "ru", "ja", "ko"])
def test_a_string_that_the_crawler_decoded_by_the_wrong_charset_is_read_as_it_was_meant(
    language: str,
) -> None:
    html = page(TEXTS[language])
    found = repair(html.encode().decode("latin-1"))
    assert found.text == html and found.note
    if language == "ja":
        found = repair(html.encode("iso2022_jp").decode("ascii"))
        assert found.text == html and found.note


def test_dashes_and_quotation_marks_in_utf8_outweigh_a_foreign_advertisement() -> None:
    html = page("It’s done — “at last” — she said.")
    for ad in ("реклама слов".encode("cp1251"), "διαφήμιση".encode("cp1253"), b"caf\xe9 cr\xe8me \xa9"):
        content = html.encode().replace(b"Imprint", ad)
        found = decode(content, "text/html; charset=utf-8")
        assert "It’s done — “at last” — she said." in found.text
    stray = html.encode().replace(b"Imprint", b"\xa9 2024")
    assert "It’s done — “at last”" in decode(stray, "text/html; charset=iso-8859-1").text


def test_vietnamese_in_utf8_with_a_stray_byte_is_not_what_the_server_says_by_default() -> None:
    text = "Hội đồng thành phố tối thứ Ba đã bỏ phiếu để xây dựng lại cây cầu quay cũ."
    content = page(text).encode().replace(b"Imprint", b"\xa9 2024")
    assert text in decode(content, "text/html; charset=iso-8859-1").text


def test_a_few_rare_characters_are_read_as_declared() -> None:
    html = page("건널 건널 건널")
    assert decode(html.encode("cp949"), "text/html; charset=euc-kr").text == html


def test_pairs_of_surrogates_in_utf8_are_no_other_charset() -> None:
    content = page("It’s done").encode().replace(b"Imprint", b"\xed\xa0\xbd\xed\xb8\x80")
    for header in ("text/html", "text/html; charset=iso-8859-1"):
        assert "It’s done" in decode(content, header).text


LABELS = st.one_of(
    st.none(),
    st.sampled_from(sorted({label for label, *_ in CHARSETS} | {"undefined", "utf-7", "replacement", "x-user-defined"})),
    st.text(max_size=30),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))
    ),
    LABELS,
    LABELS,
    LABELS,
)
@example(b"\x1b$B\x21", None, "iso-2022-jp", None)
@example(b"\xff\xfe\x00\xd8", None, None, None)
@example(b"\xa9", None, "euc-jp", None)
@example(b"\x81", None, "big5", None)
def test_any_bytes_under_any_labels_give_text_that_can_be_encoded(
    content: bytes, header: str | None, encoding: str | None, meta: str | None
) -> None:
    if meta is not None:
        content = b"<meta charset=" + meta.encode("utf-8", "replace") + b">" + content
    found = decode(content, None if header is None else f"text/html; charset={header}", encoding)
    assert found.text.encode("utf-8").decode("utf-8") == found.text


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1b\ufeff"), min_size=1, max_size=120),
    LABELS,
)
def test_utf8_is_read_back_as_it_was_written(text: str, label: str | None) -> None:
    found = decode(page(text).encode(), f"text/html; charset={label}")
    assert found.text == page(text) or found.note is not None


def test_characters_that_only_begin_are_broken_ones_where_another_charset_is_declared() -> None:
    html = page(
        "решил решил решил"
    )  # in IBM866 each word is the begin of a character of UTF-8 and a whole one
    assert decode(html.encode("cp866"), "text/html; charset=ibm866").text == html


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CHARSETS), st.data())
def test_words_of_a_language_are_read_back_in_any_order(
    row: tuple[str, str, str, str], data: st.DataObject
) -> None:
    label, language, written, _ = row
    words = data.draw(st.lists(st.sampled_from(TEXTS[language].split()), min_size=3, max_size=40))
    html = page(" ".join(words))
    assert decode(html.encode(written), f"text/html; charset={label}").text == html


@pytest.mark.parametrize(
    "text", ["plain", "naïve", "été »", "Ã©Ã©Ã©", "😀", "\ud83d", "\x1b$B&1\x1b(B", "cut 😀\ufeff"]
)
def test_what_is_given_in_utf8_is_the_text(text: str) -> None:
    valid = text.encode("utf-8", "replace")
    for found in (repair(text), decode(valid), decode(b"\xef\xbb\xbf" + valid), decode("😀".encode()[:-1])):
        assert found.utf8 is None or found.utf8.decode() == found.text
    assert repair("naïve").utf8 == decode("naïve".encode()).utf8 == "naïve".encode()
