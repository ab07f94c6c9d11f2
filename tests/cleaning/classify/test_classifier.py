"""Error pages and walls are named; articles pass, also those about errors."""

from __future__ import annotations

import lxml.html
import msgspec
import pytest

from streams.cleaning.classify.classifier import Accept, Reject, Verdict, classify_page, classify_text
from streams.cleaning.classify.feature_scan import scan_features
from streams.cleaning.classify.features import Features
from streams.records import RawPage, Reason
from streams.settings import Cleaning

PARAGRAPH = (
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in January; "
    "work is to begin in spring, and the money comes from a fund for coastal towns, the mayor said. "
)
STORY = "".join(f"<p>{PARAGRAPH}{n}</p>" for n in range(6))


def features(html: str, **more: object) -> Features:
    page = RawPage(id="1", url="https://example.org/news/pier-to-be-rebuilt", content="")
    tree = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    return scan_features(msgspec.structs.replace(page, **more), tree)


def page(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def reason(verdict: Verdict) -> Reason | None:
    return verdict.reason if isinstance(verdict, Reject) else None


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Page not found", "Sorry, the page you are looking for does not exist."),
        ("Seite nicht gefunden", "Die gewünschte Seite existiert leider nicht mehr."),
        ("Página no encontrada", "Lo sentimos, la página que busca ya no existe."),
        ("Страница не найдена", "Возможно, страница была удалена или перемещена."),
        ("Strona nie została znaleziona", "Przepraszamy, ta strona nie istnieje."),
        ("Side ikke fundet", "Vi kunne desværre ikke finde siden."),
        ("Sidan hittades inte", "Vi kan inte hitta sidan du söker."),
        ("ページが見つかりません", "お探しのページは存在しません。"),
        ("页面不存在", "抱歉，您访问的页面不存在或已被删除。"),
        ("페이지를 찾을 수 없습니다", "요청하신 페이지가 삭제되었거나 이동되었습니다."),
        ("ไม่พบหน้าที่คุณต้องการ", "ขออภัย ไม่พบหน้าที่คุณต้องการ"),
        ("Η σελίδα δεν βρέθηκε", "Η σελίδα που ζητήσατε δεν υπάρχει."),
        ("Sayfa bulunamadı", "Aradığınız sayfa silinmiş olabilir."),
        ("الصفحة غير موجودة", "عذرا، الصفحة المطلوبة غير موجودة."),
        ("הדף לא נמצא", "מצטערים, העמוד שחיפשת אינו קיים."),
        ("صفحه یافت نشد", "متاسفانه صفحه مورد نظر پیدا نشد."),
        ("Ukurasa haukupatikana", "Samahani, ukurasa uliotafuta haupo."),
        ("Faqja nuk u gjet", "Na vjen keq, faqja që kërkuat nuk ekziston."),
        ("Хуудас олдсонгүй", "Уучлаарай, таны хайсан хуудас байхгүй байна."),
    ],
)
def test_a_page_that_says_it_is_missing_is_a_soft_404_in_any_language(title: str, sentence: str) -> None:
    html = page(f"{title} | Example News", f"<h1>{title}</h1><p>{sentence}</p><a href='/'>Example News</a>")
    verdict = classify_page(features(html))
    assert reason(verdict) is Reason.SOFT_404
    assert isinstance(verdict, Reject) and verdict.evidence


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (page("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>nginx/1.24.0</center>"), Reason.HTTP_ERROR),
        (page("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"), Reason.HTTP_ERROR),
        (page("Zugriff verweigert", "<h1>Zugriff verweigert</h1><p>Sie haben keine Berechtigung.</p>"), Reason.HTTP_ERROR),
        (page("Be right back", "<h1>We'll be back soon</h1><p>We are performing scheduled maintenance.</p>"), Reason.MAINTENANCE),
        (page("Wartung", "<h1>Wartungsarbeiten</h1><p>Wegen Wartungsarbeiten nicht verfügbar.</p>"), Reason.MAINTENANCE),
        (page("Just a moment...", "<h1>example.org</h1><p>Verify you are human</p><form class='challenge-form'></form>"), Reason.BOT_WALL),
        (page("Konto", "<form><label>x</label><input name=u><input type=password></form>"), Reason.LOGIN_WALL),
        (page("Sign in", "<h1>Sign in</h1><form>Username <input name=u> Password <input type=password></form>"), Reason.LOGIN_WALL),
        (page("Forgot password", "<h1>Reset password</h1><form>Email address <input type=email></form>"), Reason.LOGIN_WALL),
        (page("example.org", "<h1>This domain is for sale!</h1><p>Buy this domain.</p><script src='//img.sedoparking.com/x.js'></script>"), Reason.PARKED_DOMAIN),
        (page("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working.</p>"), Reason.DEFAULT_PAGE),
        (page("Before you continue", "<h1>We value your privacy</h1><p>We use cookies. Our partners store and/or access information.</p><button>Accept all</button>"), Reason.CONSENT_WALL),
    ],
)  # fmt: skip
def test_what_servers_and_walls_show_is_named(html: str, expected: Reason) -> None:
    assert reason(classify_page(features(html))) is expected


@pytest.mark.parametrize(
    "html",
    [
        page("404 Not Found - HTTP reference", f"<h1>404 Not Found</h1>{STORY * 3}"),
        page("How to fix Error 404", f"<h1>How to fix Error 404</h1>{STORY * 2}"),
        page("Access denied: reporters kept out of the harbour", f"<h1>Access denied: reporters kept out</h1>{STORY}"),
        page("Pier to be rebuilt", f"<h1>Pier to be rebuilt</h1>{STORY}<form>Sign in <input type=password></form>"),
        page("Pier to be rebuilt", f"<div>We use cookies. Accept all cookies</div><h1>Pier to be rebuilt</h1>{STORY}"),
        page("Pier to be rebuilt", f"<h1>Pier to be rebuilt</h1>{STORY}<div class='g-recaptcha'></div>"),
        page("Example News", "".join(f"<h2><a href='/{n}'>Pier {n} to be rebuilt after the storm</a></h2>" for n in range(30))),
        page("Harbour: live ticker", "".join(f"<li>1{n}:30 The council is in session, vote {n} was taken.</li>" for n in range(9))),
    ],
)  # fmt: skip
def test_articles_listings_and_pages_about_errors_pass(html: str) -> None:
    assert isinstance(classify_page(features(html)), Accept)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Fehler beim Aufbau einer Datenbankverbindung", Reason.HTTP_ERROR),
        ("Tietokantayhteys epäonnistui", Reason.HTTP_ERROR),
        ("Ошибка установки соединения с базой данных", Reason.HTTP_ERROR),
        ("データベース接続確立エラー", Reason.HTTP_ERROR),
        ("Vous n'avez pas les droits suffisants", Reason.HTTP_ERROR),
        ("Nie masz uprawnień do wyświetlenia tej strony", Reason.HTTP_ERROR),
        ("Du har inte behörighet att visa sidan", Reason.HTTP_ERROR),
        ("Bu alan adı satılıktır", Reason.PARKED_DOMAIN),
        ("Für kurze Zeit nicht verfügbar", Reason.MAINTENANCE),
        ("Cette page semble ne pas exister", Reason.SOFT_404),
        ("Такої сторінки не існує", Reason.SOFT_404),
    ],
)
def test_what_content_systems_say_in_other_words_is_named_amid_teasers(
    heading: str, expected: Reason
) -> None:
    teasers = "".join(f"<h3><a href='/{n}'>Ferry to the islands resumes {n}</a></h3>" for n in range(5))
    html = page(heading, f"<h1>{heading}</h1><aside>{teasers}</aside>")
    assert reason(classify_page(features(html))) is expected


@pytest.mark.parametrize(
    "headline",
    [
        "Base de datos de los monumentos abierta al público",
        "行方不明の男性、まだ見つかりません",
        "Instandhaltung der alten Brücke kostet mehr",
        "การบำรุงรักษารถยนต์ก่อนเดินทาง",
        "Kadonnutta miestä ei löydy",
    ],
)
def test_a_short_article_whose_headline_has_such_a_word_passes(headline: str) -> None:
    html = page(headline, f"<h1>{headline}</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>")
    assert isinstance(classify_page(features(html)), Accept)


def test_a_heading_that_the_title_repeats_is_no_third_witness_beside_a_short_text() -> None:
    headline = "Kayıp köpek bulunamadı"
    text = (
        "Sahibi bir haftadır arıyor. Komşular her akşam limanın çevresini dolaşıyor, belediye de ilan astı. "
    )
    html = page(f"{headline} - Haber", f"<h1>{headline}</h1><p>{text * 4}</p>")
    assert isinstance(classify_page(features(html)), Accept)
    nothing_else = page(f"{headline} - Haber", f"<h1>{headline}</h1>")
    assert reason(classify_page(features(nothing_else))) is Reason.SOFT_404


def test_a_404_status_with_an_article_is_accepted_and_the_evidence_is_kept() -> None:
    seen = features(page("Pier to be rebuilt", f"<h1>Pier to be rebuilt</h1>{STORY}"), status=404)
    assert isinstance(classify_page(seen), Accept)
    verdict = classify_text(seen, PARAGRAPH * 6, Cleaning())
    assert isinstance(verdict, Accept)
    assert [one.detail for one in verdict.evidence] == ["HTTP status 404"]


def test_an_error_status_with_a_short_body_is_an_http_error() -> None:
    assert (
        reason(classify_page(features(page("Example", "<p>Nothing.</p>"), status=500))) is Reason.HTTP_ERROR
    )


def test_a_deep_address_that_ended_on_the_front_page_is_a_soft_404() -> None:
    html = page("Example News", "".join(f"<h2><a href='/{n}'>Pier {n}</a></h2>" for n in range(30)))
    assert reason(classify_page(features(html, final_url="https://example.org/"))) is Reason.SOFT_404


def test_a_page_that_scripts_were_to_fill_is_an_empty_shell() -> None:
    html = page(
        "App",
        "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript><script>x()</script>",
    )
    assert reason(classify_text(features(html), "", Cleaning())) is Reason.EMPTY_SHELL


def test_a_text_that_is_only_short_is_too_short() -> None:
    assert (
        reason(
            classify_text(features(page("Notes", "<p>Tuesday.</p><p>Wednesday.</p>")), "Tuesday.", Cleaning())
        )
        is Reason.TOO_SHORT
    )


def test_a_lead_with_a_paywall_is_kept_and_marked_and_a_stub_is_not_kept() -> None:
    seen = features(page("Pier to be rebuilt", f"<p>{PARAGRAPH}</p><p>Subscribe to continue reading</p>"))
    lead = classify_text(seen, f"{PARAGRAPH}\n\nSubscribe to continue reading", Cleaning())
    assert isinstance(lead, Accept) and lead.paywalled
    stub = classify_text(seen, f"{PARAGRAPH[:90]}\n\nSubscribe to continue reading", Cleaning())
    assert reason(stub) is Reason.PAYWALL_STUB


@pytest.mark.parametrize(
    "text",
    [
        "CRICKET - AUSTRALIA 228-9 IN 50 OVERS.\nCOLOMBO 2021-08-30\nAustralia scored 228 for nine wickets in their 50 overs."
    ],
)
def test_short_plain_text_passes(text: str) -> None:
    seen = scan_features(RawPage(id="1", url="https://example.org/a", content=text), None, text)
    assert isinstance(classify_page(seen), Accept)
    assert isinstance(classify_text(seen, text, Cleaning()), Accept)


def test_plain_text_that_is_an_error_message_is_rejected() -> None:
    text = (
        "Page not found\n\nThe page you requested could not be found. Please check the address and try again."
    )
    seen = scan_features(RawPage(id="1", url="https://example.org/a", content=text), None, text)
    assert reason(classify_page(seen)) is Reason.SOFT_404


@pytest.mark.parametrize(
    ("status", "html", "expected"),
    [
        (403, page("One moment, please", "<p id=challenge-running>Checking that you are human.</p><p>Ray ID: 8c19</p>"), Reason.BOT_WALL),
        (503, page("Be right back", "<h1>We'll be back soon</h1><p>We are performing scheduled maintenance.</p>"), Reason.MAINTENANCE),
        (401, page("Sign in", "<h1>Sign in</h1><form>Username <input name=u> Password <input type=password></form>"), Reason.LOGIN_WALL),
        (403, page("403 Forbidden", "<h1>403 Forbidden</h1><hr><center>nginx/1.24.0</center>"), Reason.HTTP_ERROR),
        (404, page("Page not found", "<h1>Page not found</h1><p>The page does not exist.</p>"), Reason.HTTP_ERROR),
        (404, page("Example", "<p>Nothing.</p>"), Reason.HTTP_ERROR),
    ],
)  # fmt: skip
def test_what_a_page_says_of_itself_is_named_before_the_status_it_came_with(
    status: int, html: str, expected: Reason
) -> None:
    assert reason(classify_page(features(html, status=status))) is expected


@pytest.mark.parametrize(
    ("final", "html", "expected"),
    [
        ("https://example.org/", page("Example News", STORY), Reason.SOFT_404),
        ("https://example.org/en/", page("Example News", STORY), Reason.SOFT_404),
        ("https://example.org/404.html", page("Example", f"<h1>Ongelooflijk</h1><p>{PARAGRAPH}</p><form><input></form><h1>404</h1>"), Reason.SOFT_404),
        ("https://consent.example.org/?return=x", page("Uw privacy", f"<h1>Voordat u verdergaat</h1><p>{PARAGRAPH}</p><form></form>"), Reason.CONSENT_WALL),
        ("https://example.org/login?next=x", page("Log in", f"<h1>Log in</h1><p>{PARAGRAPH}</p><form><input type=password></form>"), Reason.LOGIN_WALL),
    ],
)  # fmt: skip
def test_where_a_redirect_ended_tells_what_the_page_is(final: str, html: str, expected: Reason) -> None:
    assert reason(classify_page(features(html, final_url=final))) is expected


@pytest.mark.parametrize(
    ("url", "final"),
    [
        ("https://example.org/homepage.html", "https://example.org/"),
        ("https://example.org/en/index.html", "https://example.org/en/"),
        ("https://example.org/news/not-found/", "https://www.example.org/news/not-found"),
        ("https://example.org/news/hikers", "https://example.org/news/hikers-not-found-in-time"),
    ],
)
def test_other_redirects_say_nothing(url: str, final: str) -> None:
    assert isinstance(
        classify_page(features(page("Pier", f"<h1>Pier</h1>{STORY}"), url=url, final_url=final)), Accept
    )


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Qorvath nemui</h1><p>Teshlu qorvath ni meshtar voolen pavir, ushta golem nashta virren.</p><h2>Error</h2><address>example.org<br>Apache</address>",
        "<header><a href='/'>Dol</a></header><h1>Qorvath nemui</h1><p>Teshlu qorvath ni meshtar voolen pavir ushta.</p>",
        "<h1>Qorvath nemui</h1><form><label>Onam</label><input name=u><label>Gesli</label><input type=password></form>",
    ],
)
def test_a_language_that_nobody_knows_needs_no_phrases(body: str) -> None:
    html = f"<html lang=tlh><head><title>Qorvath nemui</title></head><body>{body}</body></html>"
    assert isinstance(classify_page(features(html)), Reject)


def test_the_same_shape_is_no_evidence_in_a_language_whose_phrases_are_known() -> None:
    body = "<header><a href='/'>Home</a></header><h1>Office hours</h1><p>We are open from Monday to Friday, nine to five o'clock.</p>"
    html = f"<html lang=en><head><title>Office hours</title></head><body>{body}</body></html>"
    assert isinstance(classify_page(features(html)), Accept)


def test_a_word_of_regret_amid_a_phrase_does_not_hide_it() -> None:
    html = page("Elbe", "<h1>Diese Seite gibt es leider nicht (mehr)</h1><p>Der Artikel ist abgelaufen.</p>")
    assert reason(classify_page(features(html))) is Reason.SOFT_404


def test_teasers_of_other_articles_are_hardly_content() -> None:
    teasers = "".join(
        f"<li><a href='/{n}'><h3>Pier number {n} is to be rebuilt</h3></a><p>{PARAGRAPH[:110]}{n}</p></li>"
        for n in range(6)
    )
    html = page(
        "Example", f"<body class=error-page><h1>Page not found</h1><h2>Most read</h2><ul>{teasers}</ul>"
    )
    assert reason(classify_page(features(html))) is Reason.SOFT_404


def test_a_front_page_with_a_consent_box_and_a_log_in_is_a_front_page() -> None:
    items = "".join(f"<h2><a href='/{n}'>Pier {n} to be rebuilt after the storm</a></h2>" for n in range(40))
    box = "<div id=onetrust-consent-sdk><h2>We value your privacy</h2><p>We use cookies. Our partners store information.</p></div>"
    assert isinstance(classify_page(features(page("Example News", f"{box}<h1>News</h1>{items}"))), Accept)


@pytest.mark.parametrize("body", ["Test", "<p>Low tide at six.</p><p>Ferry at nine.</p>"])
def test_a_page_that_shows_nothing_but_a_few_words_is_whole(body: str) -> None:
    words = " ".join(lxml.html.fromstring(f"<div>{body}</div>").itertext())
    seen = features(page("Notes", body))
    verdict = classify_text(seen, words, Cleaning())
    assert isinstance(verdict, Accept)
    assert [one.signal for one in verdict.evidence] == ["length"]
    assert reason(classify_text(seen, words, Cleaning(min_whole_characters=80))) is Reason.TOO_SHORT


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\U0001f600 \U0001f680",
        "Test<script>x()</script>",
        "<a href='/'>Home</a> Test",
        "Test<form><input></form>",
        "<img src=a.png>Test",
    ],
)
def test_a_few_words_amid_what_was_not_read_are_too_short(body: str) -> None:
    verdict = classify_text(features(page("Notes", body)), "Test" if "Test" in body else body, Cleaning())
    assert isinstance(verdict, Reject)
    assert verdict.reason in (Reason.TOO_SHORT, Reason.EMPTY_SHELL)


def test_a_stub_whose_offer_is_one_line_with_its_lead_is_a_stub() -> None:
    body = "<article><h1>Pier</h1><p>On a Tuesday in March a stranger walked in and ...</p><div><h2>Subscribe to read on</h2><p>This article is for subscribers only.</p></div></article>"
    html = f'<html><head><title>Pier</title><script type="application/ld+json">{{"@type": "NewsArticle", "isAccessibleForFree": false}}</script></head><body>{body}</body></html>'
    text = "Pier On a Tuesday in March a stranger walked in and ... Subscribe to read on This article is for subscribers only. Already a subscriber? Log in Subscribe now"
    assert reason(classify_text(features(html), text, Cleaning())) is Reason.PAYWALL_STUB


def test_a_log_in_box_beside_a_short_article_is_no_wall() -> None:
    box = "<header><h3>Log in</h3><form><input name=u><input type=password name=p></form></header>"
    story = (
        "<h1>Ferry to Gull Island runs again</h1><p>The ferry to Gull Island runs again from Monday, five weeks after "
        "a storm broke the landing stage. The first boat leaves at six in the morning.</p>"
    )
    seen = features(
        f"<html><head><title>Ferry to Gull Island runs again</title></head><body>{box}{story}</body></html>"
    )
    assert reason(classify_page(seen)) is None


def test_the_heaviest_evidence_comes_first() -> None:
    verdict = classify_page(
        features(page("Page not found", "<h1>Oops</h1><p>Sorry, this page does not exist.</p><p>404</p>"))
    )
    assert isinstance(verdict, Reject)
    scores = [one.score or 0.0 for one in verdict.evidence]
    assert scores == sorted(scores, reverse=True)
    assert verdict.evidence[0].signal == "title_phrase"


def test_a_proxy_s_own_page_is_an_http_error_whatever_its_words_mean() -> None:
    html = "<html><head><title>ERROR: The requested URL was not found</title></head><body id=ERR_READ_TIMEOUT><h1>Page not found</h1></body></html>"
    assert reason(classify_page(features(html))) is Reason.HTTP_ERROR


@pytest.mark.parametrize(
    "headline",
    [
        "Machine learning challenge",
        "Chrome browser update",
        "Human rights verification mission",
        "Adults only hotel opens",
        "Roboter überprüfen die Brücke",
        "Produktion eingestellt",
        "Le domaine viticole est à vendre",
        "Il robot umano conferma",
        "Telegram-канал заблокирован",
        "İnsan hakları kontrolü",
        "動画の公開を終了",
    ],
)
def test_a_short_article_whose_headline_has_the_words_of_a_wall_passes(headline: str) -> None:
    html = page(f"{headline} - Gazette", f"<h1>{headline}</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>")
    assert isinstance(classify_page(features(html)), Accept)


def test_a_poem_with_the_title_gone_is_no_missing_page() -> None:
    html = page("Gone", f"<h1>Gone</h1><p>{PARAGRAPH}</p>")
    assert isinstance(classify_page(features(html)), Accept)
