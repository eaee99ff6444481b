"""What a person does on the first pages, in headless Chromium: python -m unittest test_core (needs Selenium, see browser.py)."""
import json
import pathlib
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import fake
from browser import browser, messages, settle, size
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

ada = "00000001-1111-4222-8333-444455556666"


class PortalTest(unittest.TestCase):
    world = "small"

    @classmethod
    def setUpClass(cls):
        _, cls.address = fake.start(cls.world)
        cls.driver = browser()

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()

    def setUp(self):
        self.order("clear")
        size(self.driver, 1280, 900)

    def order(self, what, body=None):
        with urllib.request.urlopen(f"{self.address}/fake/{what}", json.dumps(body).encode() if body is not None else None) as answer:
            return json.load(answer)

    def open(self, path=""):
        self.driver.get(f"{self.address}/portal/{path}")
        settle(self.driver, 0.3)
        messages(self.driver)

    def until(self, claim, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            try:
                if value := claim():
                    return value
            except StaleElementReferenceException:
                pass
            time.sleep(0.1)
        self.fail("It did not come true in time.")

    def keys(self, *keys):
        chain = ActionChains(self.driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def chord(self, held, key):
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def script(self, text, *values):
        return self.driver.execute_script(text, *values)

    def text(self, selector="main"):
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def named(self, role, name):
        """The element a person would find: by its role and its name."""
        found = self.until(lambda: [node for node in self.driver.find_elements(By.CSS_SELECTOR, {"button": "button", "link": "a", "field": "input, textarea, select", "tab": "[role=tab]"}[role])
                                    if node.is_displayed() and name in (node.accessible_name or "")])
        return found[0]


class Frame(PortalTest):
    def test_the_incident_is_one_click_from_everywhere(self):
        self.open("accounts")
        self.until(lambda: self.driver.find_element(By.CSS_SELECTOR, ".incident-line").is_displayed())
        self.named("link", "See incident").click()
        self.until(lambda: "look encrypted" in self.text("h1"))
        self.assertIn("between 10:40 and 10:50", self.text())

    def test_focus_goes_to_the_heading_after_a_move_and_the_title_begins_with_it(self):
        self.open()
        self.named("link", "Accounts").click()
        self.until(lambda: self.focused().tag_name == "h1")
        self.assertTrue(self.driver.title.startswith("Accounts"))

    def test_back_returns_to_where_one_was(self):
        self.open("accounts?state=late")
        self.named("link", "Overview").click()
        self.until(lambda: self.driver.title.startswith("Overview"))
        self.driver.back()
        self.until(lambda: self.driver.title.startswith("Accounts"))
        self.assertIn("state=late", self.driver.current_url)
        self.until(lambda: "1 account" in self.text("h1"))

    def test_letters_go_to_pages_unless_they_are_switched_off(self):
        self.open()
        self.keys("g", "a")
        self.until(lambda: self.driver.title.startswith("Accounts"))
        self.script("localStorage.setItem('holdfast.letters', 'off')")
        self.keys("g", "o")
        time.sleep(0.5)
        self.script("localStorage.removeItem('holdfast.letters')")
        self.assertTrue(self.driver.title.startswith("Accounts"))

    def test_help_lists_the_keys_and_gives_the_focus_back(self):
        self.open("accounts")
        self.named("link", "Overview").send_keys("")
        self.script("document.querySelector('.menu a').focus()")
        self.keys("?")
        self.until(lambda: "Keyboard shortcuts" in self.text("dialog"))
        self.assertIn("Next row", self.text("dialog"))
        self.keys(Keys.ESCAPE)
        self.until(lambda: not self.driver.find_elements(By.CSS_SELECTOR, "dialog"))
        self.assertEqual(self.focused().text, "Overview")

    def test_slash_searches(self):
        self.open()
        self.keys("/")
        self.keys("budget", Keys.ENTER)
        self.until(lambda: "/portal/search?q=budget" in self.driver.current_url)

    def test_an_unknown_address_says_so(self):
        self.open("nowhere/at/all")
        self.assertIn("no such page", self.text("h1"))

    def test_a_chosen_look_is_kept(self):
        self.open()
        self.named("button", "Your account").click()
        self.driver.find_element(By.CSS_SELECTOR, "#person-menu option[value=dark]").click()
        self.open("accounts")
        self.assertEqual(self.script("return getComputedStyle(document.body.parentElement).backgroundColor"), "rgb(15, 18, 22)")
        self.script("localStorage.removeItem('holdfast.look')")

    def test_calls_are_offered_with_their_real_values(self):
        self.open("accounts?state=late")
        self.named("button", "as API calls").click()
        self.assertIn("state%20eq%20'late'", self.text(".copied-text"))
        self.named("button", "as a command").click()
        self.assertIn("holdfast unit list --is late", self.text(".copied-text"))


class States(PortalTest):
    def test_an_error_names_cause_next_step_and_request_id_and_can_be_tried_again(self):
        self.order("fail?path=unitStates/&status=500&times=1&message=The%20catalogue%20cannot%20be%20read.")
        self.open(f"accounts/{ada}")
        shown = self.text(".failure")
        for part in ["The server failed", "The catalogue cannot be read.", "request id", "GET /holdfast/v1.0/unitStates/"]:
            self.assertIn(part, shown)
        self.named("button", "Try again").click()
        self.until(lambda: "Ada Lovelace" in self.text("h1"))

    def test_a_part_that_fails_leaves_the_rest_alive(self):
        self.order("fail?path=changeSeries&status=503&times=9&retry=60")
        self.open()
        self.assertIn("protected", self.text(".cards"))
        self.assertIn("busy", self.text(".tall .failure"))

    def test_a_read_that_is_put_off_comes_by_itself(self):
        self.order("fail?path=changeSeries&status=429&times=1&retry=1")
        self.open()
        self.until(lambda: self.driver.find_elements(By.CSS_SELECTOR, ".drawing"))

    def test_a_slow_answer_shows_the_page_then_says_so_and_can_be_cancelled(self):
        self.order("delay?path=unitStates/&ms=20000&times=1")
        self.driver.get(f"{self.address}/portal/accounts/{ada}")
        self.until(lambda: self.driver.find_elements(By.CSS_SELECTOR, ".skeleton"))
        self.until(lambda: "Still asking" in self.text())
        self.named("button", "Cancel").click()
        self.named("button", "Try again").click()
        self.until(lambda: "Ada Lovelace" in self.text("h1"), 12)

    def test_without_the_right_the_page_says_which_role_is_needed(self):
        me = fake.Handler.world["me"]
        kept = me["scopes"], me["roles"]
        me["scopes"], me["roles"] = ["BackupRestore-Monitor.Read.All"], ["Nobody"]
        try:
            self.open("accounts")
            self.assertIn("needs the role Auditor", self.text())
            self.assertIn("You have Nobody", self.text())
        finally:
            me["scopes"], me["roles"] = kept

    def test_nobody_signed_in_leads_to_the_sign_in_and_back(self):
        self.order("fail?path=/me&status=401&times=1&code=InvalidAuthenticationToken")
        self.driver.get(f"{self.address}/portal/accounts?state=late")
        self.until(lambda: fake.authorize in self.driver.current_url and "state=%2Fportal%2Faccounts%3Fstate%3Dlate" in self.driver.current_url)

    def test_names_are_text_whatever_they_hold(self):
        row = fake.Handler.world["byId"][ada]
        kept = row["displayName"]
        row["displayName"] = "<img src=x onerror=alert(1)>\u202egpj\n"
        try:
            self.open("accounts")
            self.assertIn("<img src=x onerror=alert(1)>⟨202E⟩gpj␊", self.text())
            self.assertEqual(self.script("return document.querySelectorAll('img').length"), 0)
        finally:
            row["displayName"] = kept


class Live(PortalTest):
    def test_an_event_changes_the_page_without_asking(self):
        self.open(f"accounts/{ada}")
        row = {**fake.Handler.world["byId"][ada], "state": "failing", "error": {"code": "X", "message": "The drive is gone.", "action": "Bring it back."}}
        self.until(lambda: fake.orders.streams)
        time.sleep(1)
        self.order("event", {"topic": f"units/{ada}", "thing": "unitState", "id": ada, "body": row})
        self.until(lambda: "The drive is gone." in self.text())
        self.assertIn("Bring it back.", self.text())

    def test_the_badge_shows_running_restores(self):
        self.open()
        self.until(lambda: fake.orders.streams)
        time.sleep(1)
        overview = json.loads(json.dumps({**self.asked("overview"), "runningRestores": 2}))
        self.order("event", {"topic": "overview", "thing": "overview", "body": overview})
        progress = {"phase": "writing", "units": {}, "items": {"done": 1, "total": 2}, "bytes": {"done": "640", "total": "1000"}, "bytesPerSecond": "1", "remainingSeconds": 180, "asOfDateTime": "2026-11-30T10:00:00Z", "waitingFor": None}
        self.order("event", {"topic": "restores", "thing": "progress", "id": "4f2a", "body": progress})
        self.until(lambda: "2 restores" in self.text(".running") and "64 %" in self.text(".running"))

    def asked(self, path):
        request = urllib.request.Request(f"{self.address}/portal/api/holdfast/v1.0/{path}", headers={"X-Holdfast-Portal": fake.key, "Cookie": f"holdfast={fake.cookie}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def test_a_lost_stream_is_taken_up_after_the_last_event(self):
        self.open()
        self.until(lambda: fake.orders.streams)
        self.order("drop")
        self.until(lambda: fake.orders.streams, 12)
        self.until(lambda: "live" in self.text(".connection"), 12)

    def test_where_no_stream_has_a_place_the_page_asks_by_itself(self):
        self.order("fail?path=/events&status=503&times=100")
        self.open()
        self.until(lambda: "every 5 seconds" in self.text(".connection"), 20)

    def test_two_tabs_read_one_stream(self):
        self.order("drop")
        self.open()
        self.until(lambda: len(fake.orders.streams) == 1, 20)
        first = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        try:
            self.open("accounts")
            time.sleep(2)
            self.assertEqual(len(fake.orders.streams), 1)
            self.until(lambda: "live" in self.text(".connection"), 12)
        finally:
            self.driver.close()
            self.driver.switch_to.window(first)


class Accounts(PortalTest):
    def test_rows_can_be_seen_and_not_only_counted(self):
        self.open("accounts")
        seen = self.script("""const box = document.querySelector('.list-scroll').getBoundingClientRect()
            return [20, 100, 300].map((y) => document.elementFromPoint(box.left + 120, box.top + y).closest('[role=row]')?.textContent ?? '')""")
        self.assertIn("Ada Lovelace", seen[0])
        self.assertTrue(all(seen))

    def test_search_filter_and_sort_stand_in_the_address(self):
        self.open("accounts")
        self.named("field", "Search name, mail, site").send_keys("lov")
        self.until(lambda: "1 account" in self.text("h1"))
        self.assertIn("search=lov", self.driver.current_url)
        self.open("accounts?sort=-sizeInBytes&state=protected")
        sizes = [node.text for node in self.driver.find_elements(By.CSS_SELECTOR, "[role=cell].c-size")]
        self.assertEqual(sizes, sorted(sizes, key=lambda text: -float(text.split()[0])))

    def test_the_list_is_walked_by_keys_alone(self):
        self.open("accounts")
        self.keys("j", "j", "x")
        self.assertEqual(self.focused().get_attribute("aria-rowindex"), "3")
        self.assertIn("1 selected", self.text(".selection-bar"))
        self.keys(Keys.END)
        self.assertIn("Site Berg", self.focused().text)
        self.keys(Keys.ENTER)
        self.until(lambda: "Site Berg" in self.text("h1"))

    def test_all_selected_is_the_filter_and_not_ids(self):
        self.open("accounts?state=protected")
        self.named("field", "Select all").click()
        self.until(lambda: "8 selected" in self.text(".selection-bar"))
        address = self.named("link", "Roll back").get_attribute("href")
        self.assertIn("filter=state+eq+%27protected%27", address)
        self.driver.find_element(By.CSS_SELECTOR, "[role=cell].check input").click()
        self.until(lambda: "7 selected" in self.text(".selection-bar"))
        self.assertIn("not+%28unitId+in", self.named("link", "Roll back").get_attribute("href"))

    def test_an_empty_list_says_why_and_what_to_do(self):
        self.open("accounts?state=paused")
        self.assertIn("No account or site fits the filter.", self.text())
        self.named("button", "Clear the filter").click()
        self.until(lambda: "12 accounts" in self.text("h1"))

    def test_sorting_keeps_the_focus_on_its_head(self):
        self.open("accounts")
        button = self.named("button", "Size")
        button.click()
        self.until(lambda: "sort=sizeInBytes" in self.driver.current_url)
        self.assertIn("Size", self.focused().text)
        self.assertEqual(self.script("return document.activeElement.closest('[aria-sort]')?.getAttribute('aria-sort')"), "ascending")


class Timeline(PortalTest):
    def line(self):
        return self.until(lambda: self.driver.find_elements(By.CSS_SELECTOR, "[role=slider]"))[0]

    def said(self):
        time.sleep(0.4)
        return self.line().get_attribute("aria-valuetext")

    def test_what_is_drawn_with_a_mark_is_said_in_the_list(self):
        self.open("accounts/00000004-1111-4222-8333-444455556666?tab=changes")
        self.line()
        drawn = self.script("""const count = (selector) => document.querySelectorAll('.drawing ' + selector).length
            return [count('.peak'), count('.missing') > 0, count('.special.damaged'), count('.special.partial')]""")
        listed = self.script("""const count = (name) => document.querySelectorAll('.changes tr.' + name).length
            return [count('notable') + count('incident'), count('missed') > 0, count('damaged'), count('partial')]""")
        self.assertEqual(drawn, listed)
        self.assertGreater(drawn[0], 0)
        self.assertEqual(drawn[2], 1)

    def test_keys_move_by_points_notable_changes_and_to_the_last_clean_moment(self):
        self.open(f"accounts/{ada}")
        line = self.line()
        self.script("arguments[0].focus()", line)
        self.keys(Keys.END)
        self.until(lambda: "November 30" in self.said())
        self.keys("l")
        self.assertIn("Last clean moment", self.said())
        self.assertIn("November 21, 10:40", self.said())
        before = self.said()
        self.keys(Keys.ARROW_LEFT)
        self.assertIn("10:30", self.said())
        self.keys(Keys.PAGE_DOWN)
        self.assertIn("20", self.said())
        self.keys("]")
        self.assertNotEqual(self.said(), before)
        self.keys(Keys.ENTER)
        self.until(lambda: "a=2026-" in self.driver.current_url)
        self.chord(Keys.SHIFT, Keys.ENTER)
        self.until(lambda: "b=2026-" in self.driver.current_url)

    def test_a_click_chooses_the_point_at_or_before_and_the_buttons_name_it(self):
        self.open(f"accounts/{ada}")
        ActionChains(self.driver).move_to_element_with_offset(self.line(), 200, 40).click().perform()
        self.until(lambda: "a=2026-" in self.driver.current_url)
        moment = self.script("return new URLSearchParams(location.search).get('a')")
        self.assertRegex(moment, r"T\d\d:\d0:00")
        self.assertIn("→ point of", self.text(".reading"))
        self.assertIn(moment.replace(":", "%3A").replace(".000Z", "Z"), self.named("link", "Browse").get_attribute("href"))

    def test_levels_stand_in_the_address_and_have_their_columns(self):
        self.open(f"accounts/{ada}")
        self.line()
        self.named("button", "3 days").click()
        self.until(lambda: "level=3d" in self.driver.current_url)
        self.until(lambda: self.script("return document.querySelectorAll('.drawing .break').length") == 0)
        self.assertEqual(self.named("button", "3 days").get_attribute("aria-pressed"), "true")
        self.assertTrue(any("buckets=432" in call for call in self.order("calls")))

    def test_the_window_moves_by_buttons_as_by_dragging(self):
        self.open(f"accounts/{ada}?level=day&end=2026-11-22T00:00:00Z")
        self.line()
        self.named("button", "Earlier").click()
        self.until(lambda: "end=2026-11-21T12" in self.driver.current_url)
        ActionChains(self.driver).drag_and_drop_by_offset(self.driver.find_element(By.CSS_SELECTOR, ".strip .window"), 60, 0).perform()
        self.until(lambda: "end=2026-11-21T12" not in self.driver.current_url)

    def test_the_sentence_says_what_happened_and_from_where_to_go_back(self):
        self.open(f"accounts/{ada}")
        self.line()
        for part in ["Usually up to", "files were replaced", "Last clean point", "every 10 minutes", "Missed points: 2"]:
            self.assertIn(part, self.text(".series"))


class Incident(PortalTest):
    def test_dismissing_needs_a_reason(self):
        world = fake.Handler.world
        self.open("incidents/7")
        self.named("button", "Not an attack").click()
        dialog = self.until(lambda: self.driver.find_elements(By.CSS_SELECTOR, "dialog"))[0]
        dialog.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        self.assertNotIn("dismissedReason", world)
        self.named("field", "Why is it not an attack?").send_keys("A converter ran.")
        dialog.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        try:
            self.until(lambda: "A converter ran." in self.text())
            self.assertEqual(world["dismissedReason"], "A converter ran.")
        finally:
            world.pop("incidentStatus"), world.pop("dismissedReason")

    def test_it_says_whom_it_hit_since_when_and_leads_to_the_roll_back(self):
        self.open("incidents/7")
        for part in ["5 accounts", "Ada Lovelace", "no clean point", "13,963", "1 account changed in the last 10 minutes"]:
            self.assertIn(part, self.text())
        self.assertIn("/portal/restores/new?incident=7", self.named("link", "Roll back 5 accounts").get_attribute("href"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
