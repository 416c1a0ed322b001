"""The card of a number: pointer, keyboard, finger, and what it says."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


@pytest.fixture
def page(open_page, small_page):
    return open_page(small_page).page


def card(page):
    return page.locator(".galley-card")


def facts(page):
    """Return what the card says, by term; the first of each counts."""
    said = {}
    for line in page.locator(".galley-card dl > div").all():
        term = line.locator("> dt").inner_text()
        said.setdefault(term, line.locator("> dd").inner_text())
    return said


# The pointer ----------------------------------------------------------------------


def test_a_card_comes_with_the_pointer_and_goes_with_it(page):
    page.hover("#n1")
    expect(card(page)).to_be_visible()
    expect(page.locator("#galley-title")).to_have_text("96.1%")
    page.mouse.move(640, 5)
    expect(card(page)).to_be_hidden()


def test_the_pointer_may_enter_the_card(page):
    page.hover("#n1")
    expect(card(page)).to_be_visible()
    card(page).hover()
    page.wait_for_timeout(700)  # longer than a card stays by itself
    expect(card(page)).to_be_visible()


def test_a_passing_pointer_opens_nothing(page):
    page.hover("#n1")
    page.mouse.move(640, 5)
    page.wait_for_timeout(500)
    expect(card(page)).to_be_hidden()


def test_a_click_pins_the_card_until_the_next_click_elsewhere(page):
    page.click("#n1")
    page.mouse.move(640, 5)
    page.wait_for_timeout(700)
    expect(card(page)).to_be_visible()
    page.click("h1")
    expect(card(page)).to_be_hidden()


def test_there_is_one_tooltip_only(page):
    assert page.locator("#n1").get_attribute("title") is None


def test_who_selects_text_is_left_alone(page):
    page.locator("#n1").dblclick()
    page.keyboard.press("Escape")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#n1'))")
    page.evaluate("document.querySelector('#n1').click()")
    expect(card(page)).to_be_hidden()


def test_what_stands_in_a_link_stays_a_link(page):
    inner = page.locator("a [data-galley]").first
    assert inner.get_attribute("role") is None
    inner.click()
    assert page.url.endswith("#sec-results")


# The keyboard ---------------------------------------------------------------------


def test_one_stop_a_paragraph_or_table(page):
    stops = page.evaluate(
        """() => [...document.querySelectorAll('.galley-number[tabindex="0"]')]
            .map(number => number.id)"""
    )
    assert stops == ["n1", "n7", "n12", "n9"]


def test_arrows_lead_through_all_numbers(page):
    page.locator("#n1").focus()
    seen = []
    for _ in range(9):
        seen.append(page.evaluate("document.activeElement.id"))
        page.keyboard.press("ArrowRight")
    # n12 is folded away and cannot take the focus.
    assert seen[:6] == ["n1", "n2", "n4", "c1", "n6", "n7"]
    page.locator("#n4").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.id") == "n2"
    assert page.locator("#n2").get_attribute("tabindex") == "0"
    assert page.locator("#n4").get_attribute("tabindex") == "-1"


def test_focus_shows_enter_pins_escape_returns(page):
    page.locator("#n1").focus()
    page.keyboard.press("ArrowRight")
    expect(card(page)).to_be_visible()
    number = page.locator("#n2")
    assert number.get_attribute("aria-expanded") == "true"
    assert number.get_attribute("aria-describedby") == "galley-gist"
    assert page.evaluate("document.activeElement.id") == "n2"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "galley-card"
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "n2"
    page.wait_for_timeout(400)
    expect(card(page)).to_be_hidden()
    assert number.get_attribute("aria-expanded") == "false"


def test_the_tab_key_goes_through_the_card_and_on_in_the_text(page):
    page.locator("#n6").focus()
    page.keyboard.press("Enter")
    visited = []
    for _ in range(12):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "!!document.activeElement.closest('.galley-card') && "
            "document.activeElement.className"
        )
        if inside is False:
            break
        visited.append(inside)
    assert "galley-action" in visited
    assert page.evaluate("document.activeElement.getAttribute('href')") == (
        "#ref-glazer2017"
    )
    expect(card(page)).to_be_hidden()


def test_escape_dismisses_what_the_pointer_brought(page):
    page.hover("#n1")
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()


# What it says ---------------------------------------------------------------------


def test_a_percentage_says_all_that_is_known_of_it(page):
    page.click("#n1")
    said = facts(page)
    assert said["Value"] == "96.09375% of tumours"
    assert said["Status"].endswith(
        "source article only: stands only in the source article"
    )
    assert said["Formula"].split("\n") == ["246 / 256", "246 of 256 tumours"]
    assert said["Interval"].split("\n") == ["92.96% to 97.86%", "95% Wilson interval"]
    assert said["As printed"].split("\n") == ["96.1", "proportions:small.printed"]
    assert "246 tumours" in said["From"]
    source = page.locator(".galley-card section").last.inner_text()
    assert "Glazer et al., 2017 [1], line 61; Table 2" in source
    assert "American Journal of Roentgenology" in source
    foot = page.locator(".galley-card footer").inner_text()
    assert "chapters/04-size.qmd:80 · n1" in foot


def test_an_operand_opens_down_to_its_cell(page):
    page.click("#n1")
    page.locator(".galley-card summary", has_text="246 tumours").click()
    inner = page.locator(".galley-card details[open] dl")
    expect(inner).to_contain_text("proportions:small.events")
    expect(inner).to_contain_text("reconstructed: unique whole numbers")


def test_numbers_that_print_together_share_what_they_have_in_common(page):
    page.click("#n4")
    expect(page.locator("#galley-title")).to_have_text("93.0% to 97.9%")
    headings = page.locator(".galley-card section > h2").all_inner_texts()
    assert headings == ["93.0%", "97.9%", "Both", "Source"]
    assert page.locator(".galley-card dt", has_text="From").count() == 1
    expect(card(page)).to_contain_text("97.86458143286345% of tumours")


def test_many_operands_come_in_two_steps(page):
    page.click("#n7")
    operands = page.locator(".galley-card dd > ul > li")
    assert operands.count() == 9
    page.get_by_role("button", name="12 more values").click()
    assert operands.count() == 20


def test_a_claim_says_what_it_rests_on(page):
    page.click("#c1")
    said = facts(page)
    assert said["Because"] == "96.1% > 84.6%"
    assert "96.1%" in said["From"]
    assert "84.6%" in said["From"]


def test_the_reference_is_one_click_away(page):
    page.click("#n1")
    page.locator(".galley-card a", has_text="Glazer").click()
    assert page.url.endswith("#ref-glazer2017")
    expect(card(page)).to_be_hidden()


def test_the_rows_behind_a_number_show_which_cells_it_used(page):
    page.click("#n1")
    page.get_by_role("button", name="Row of data behind it").click()
    rows = page.locator(".galley-rows")
    expect(rows).to_be_visible()
    expect(rows.locator("summary")).to_contain_text("proportions: small")
    expect(rows.locator("summary")).to_contain_text("data/proportions.csv#row=2")
    used = rows.locator("tr.galley-used")
    assert used.locator("th").all_inner_texts() == ["events", "total", "printed"]
    expect(used.first).to_contain_text("#cell=2,2")
    assert rows.locator("tbody tr").count() == 5
    page.keyboard.press("Escape")
    expect(rows).to_be_hidden()
    expect(card(page)).to_be_visible()
    assert page.evaluate("document.activeElement.className") == "galley-action"


def test_an_address_with_a_number_opens_its_card(open_page, small_page):
    opened = open_page(small_page)
    opened.page.goto(small_page.as_uri() + "#n12")
    opened.page.reload()
    expect(card(opened.page)).to_be_visible()
    assert opened.page.locator("details.callout").get_attribute("open") == ""


# Hostile data ---------------------------------------------------------------------


def test_hostile_text_is_shown_as_text(page):
    page.click("#n8")
    shown = card(page)
    expect(page.locator("#galley-title")).to_have_text("=1+1")
    expect(shown).to_contain_text("</script><script>window.broken = 1</script>")
    expect(shown).to_contain_text("abc⟨U+202E⟩def")
    page.get_by_role("button", name="Row of data behind it").click()
    rows = page.locator(".galley-rows")
    expect(rows).to_contain_text("<img src=x onerror=broken=1>")
    expect(rows.locator("tr.galley-used td")).to_contain_text("=1+1")
    assert page.locator(".galley-ui :is(script, img)").count() == 0
    assert page.evaluate("typeof window.broken") == "undefined"


# Where it stands ------------------------------------------------------------------


@pytest.mark.parametrize("number", ["n1", "n4", "n8", "n9", "n10"])
@pytest.mark.parametrize("size", [(1280, 900), (820, 700), (700, 420), (390, 844)])
def test_a_card_stays_within_the_window(open_page, small_page, number, size):
    width, height = size
    page = open_page(small_page, width=width, height=height).page
    page.locator(f"#{number}").scroll_into_view_if_needed()
    page.evaluate(f"document.querySelector('#{number}').click()")
    box = card(page).bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height + 1
    own = page.locator(f"#{number}").bounding_box()
    covered = (
        own["y"] < box["y"] + box["height"] and box["y"] < own["y"] + (own["height"])
    )
    assert not covered or height < 500
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_card_is_a_sheet_at_the_bottom(open_page, small_page):
    page = open_page(small_page, **PHONE).page
    page.tap("#n6")
    expect(card(page)).to_be_visible()
    box = card(page).bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert round(box["y"] + box["height"]) == 844
    own = page.locator("#n6").bounding_box()
    assert own["y"] + own["height"] <= box["y"]
    close = card(page).get_by_role("button", name="Close")
    size = close.bounding_box()
    assert min(size["width"], size["height"]) >= 44
    close.tap()
    expect(card(page)).to_be_hidden()
    page.tap("#n6")
    page.tap("main h2 >> nth=0")
    expect(card(page)).to_be_hidden()


# Without script, in print ---------------------------------------------------------


def test_without_script_the_text_reads_as_before(open_page, small_page, plain_page):
    bare = open_page(plain_page, java_script_enabled=False).page
    page = open_page(small_page, java_script_enabled=False).page
    assert page.locator("body").inner_text() == bare.locator("body").inner_text()
    assert page.locator("#n1").get_attribute("title") == "Glazer et al., 2017"
    assert page.locator(".galley-ui").count() == 0


def test_nothing_of_it_is_printed(open_page, small_page):
    page = open_page(small_page).page
    page.click("#n1")
    page.click(".galley-opener")
    page.click("#n1")
    assert page.locator(".galley-ui:visible").count() >= 3
    page.emulate_media(media="print")
    assert page.locator(".galley-ui:visible").count() == 0
    ground = page.evaluate(
        "getComputedStyle(document.querySelector('#n1')).backgroundColor"
    )
    assert ground == "rgba(0, 0, 0, 0)"


def test_a_page_without_a_ledger_stays_as_it_is(open_page, small_page, tmp_path):
    page = small_page.read_text("utf-8").replace('id="galley-ledger"', "")
    (tmp_path / "drawn.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    other = tmp_path / "index.html"
    other.write_text(page, encoding="utf-8")
    assert open_page(other).page.locator(".galley-ui").count() == 0


# For everyone ---------------------------------------------------------------------

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d",
    { willReadFrequently: true });
  const parse = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) =>
    [r, g, b].map((c, i) => c * a + under[i] * (1 - a)).concat(1);
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.push(parse(getComputedStyle(e).backgroundColor));
      if (layers[layers.length - 1][3] === 1) break;
    }
    return layers.reverse()
      .reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const found = [];
  for (const element of document.querySelectorAll(".galley-ui, .galley-ui *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.getClientRects().length) continue;
    const under = ground(element);
    const ink = over(parse(getComputedStyle(element).color), under);
    const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), element.className, element.textContent]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_contrast(open_page, small_page, scheme):
    page = open_page(small_page, color_scheme=scheme).page
    page.click(".galley-opener")
    page.locator(".galley-chip").first.click()
    page.keyboard.press("Tab")
    page.click("#n1")
    page.locator(".galley-card summary").first.click()
    page.locator(".galley-action").click()
    found = page.evaluate(CONTRAST)
    assert len(found) > 60
    assert [each for each in found if each[0] < 4.5] == []


def test_roles_and_names(page):
    number = page.locator("#n1")
    assert number.get_attribute("role") == "button"
    assert number.get_attribute("aria-haspopup") == "dialog"
    page.click("#n1")
    expect(page.get_by_role("dialog", name="96.1%")).to_be_visible()
    page.click(".galley-opener")
    expect(page.get_by_role("dialog", name="Numbers on this page")).to_be_visible()
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll(
            ".galley-ui :is(button, input, select, [role=listbox], [role=group])")]
            .filter((it) => !(it.getAttribute("aria-label") || it.textContent).trim())
            .length"""
    )
    assert unnamed == 0


def test_motion_is_left_out_where_it_is_not_wanted(open_page, small_page):
    page = open_page(small_page, reduced_motion="reduce").page
    page.click("#n1")
    name = page.evaluate(
        "getComputedStyle(document.querySelector('.galley-card')).animationName"
    )
    assert name == "none"
