"""Error pages and walls are named; articles pass, also those about errors."""

from __future__ import annotations

import lxml.html
import msgspec
import pytest

from streams.cleaning.judge import Accept, Reject, Verdict, judge, judge_text
from streams.cleaning.sight import Sight, look
from streams.records import RawPage, Reason
from streams.settings import Cleaning

PARAGRAPH = (
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in January; "
    "work is to begin in spring, and the money comes from a fund for coastal towns, the mayor said. "
)
STORY = "".join(f"<p>{PARAGRAPH}{n}</p>" for n in range(6))


def sight(html: str, **more: object) -> Sight:
    page = RawPage(id="1", url="https://example.org/news/pier-to-be-rebuilt", content="")
    tree = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    return look(msgspec.structs.replace(page, **more), tree, None)


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
    verdict = judge(sight(html))
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
    assert reason(judge(sight(html))) is expected


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
    assert isinstance(judge(sight(html)), Accept)


def test_a_404_status_with_an_article_is_accepted_and_the_evidence_is_kept() -> None:
    seen = sight(page("Pier to be rebuilt", f"<h1>Pier to be rebuilt</h1>{STORY}"), status=404)
    assert isinstance(judge(seen), Accept)
    verdict = judge_text(seen, PARAGRAPH * 6, Cleaning())
    assert isinstance(verdict, Accept)
    assert [one.detail for one in verdict.evidence] == ["HTTP status 404"]


def test_an_error_status_with_a_short_body_is_an_http_error() -> None:
    assert reason(judge(sight(page("Example", "<p>Nothing.</p>"), status=500))) is Reason.HTTP_ERROR


def test_a_deep_address_that_ended_on_the_front_page_is_a_soft_404() -> None:
    html = page("Example News", "".join(f"<h2><a href='/{n}'>Pier {n}</a></h2>" for n in range(30)))
    assert reason(judge(sight(html, final_url="https://example.org/"))) is Reason.SOFT_404


def test_a_page_that_scripts_were_to_fill_is_an_empty_shell() -> None:
    html = page(
        "App",
        "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript><script>x()</script>",
    )
    assert reason(judge_text(sight(html), "", Cleaning())) is Reason.EMPTY_SHELL


def test_a_text_that_is_only_short_is_too_short() -> None:
    assert (
        reason(judge_text(sight(page("Notes", "<p>Tuesday.</p><p>Wednesday.</p>")), "Tuesday.", Cleaning()))
        is Reason.TOO_SHORT
    )


def test_a_lead_with_a_paywall_is_kept_and_marked_and_a_stub_is_not_kept() -> None:
    seen = sight(page("Pier to be rebuilt", f"<p>{PARAGRAPH}</p><p>Subscribe to continue reading</p>"))
    lead = judge_text(seen, f"{PARAGRAPH}\n\nSubscribe to continue reading", Cleaning())
    assert isinstance(lead, Accept) and lead.paywalled
    stub = judge_text(seen, f"{PARAGRAPH[:90]}\n\nSubscribe to continue reading", Cleaning())
    assert reason(stub) is Reason.PAYWALL_STUB


@pytest.mark.parametrize(
    "text",
    [
        "CRICKET - AUSTRALIA 228-9 IN 50 OVERS.\nCOLOMBO 2021-08-30\nAustralia scored 228 for nine wickets in their 50 overs."
    ],
)
def test_short_plain_text_passes(text: str) -> None:
    seen = look(RawPage(id="1", url="https://example.org/a", content=text), None, text)
    assert isinstance(judge(seen), Accept)
    assert isinstance(judge_text(seen, text, Cleaning()), Accept)


def test_plain_text_that_is_an_error_message_is_rejected() -> None:
    text = (
        "Page not found\n\nThe page you requested could not be found. Please check the address and try again."
    )
    seen = look(RawPage(id="1", url="https://example.org/a", content=text), None, text)
    assert reason(judge(seen)) is Reason.SOFT_404
