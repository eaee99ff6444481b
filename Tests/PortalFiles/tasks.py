#!/usr/bin/env python3
"""The tasks of pages.md, section 2, as a person does them: tasks.py [--how mouse,keyboard,phone,slow] [--only T5,T7]

Each is walked by role and accessible name, counted, and its outcome is looked up at the server. A task fails above its
target of clicks; on a phone a page below "More" takes one tap more. Seconds are reported only.
"""
import argparse
import pathlib
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
import fake
from walk import Person

#: name: (clicks, words, taps more on a phone, world)
targets = {"T1": (1, 3, 0, "empty"), "T2": (2, 0, 0, "empty"), "T5": (3, 1, 0, "small"), "T5b": (4, 2, 0, "large"), "T5c": (4, 0, 0, "small"), "T6": (3, 1, 0, "small"), "T7": (4, 1, 0, "small"), "T8": (2, 1, 0, "small"), "T9": (3, 1, 0, "small"),
           "T9b": (5, 1, 0, "small"), "T10": (1, 0, 0, "small"), "T10b": (3, 0, 0, "small"), "T11": (3, 0, 1, "small"), "T12": (1, 0, 1, "small")}


def world():
    return fake.Handler.world


def plans(status):
    from answers_restore import settle
    return [plan for plan in world()["plans"].values() if settle(world(), plan)["status"] in status]


def run_restore(seconds=40):
    """A restore that runs when the person comes."""
    from answers_restore import begin, new_plan, tell
    world()["pace"] = seconds
    plan = new_plan(world(), {"scope": {"incidentId": "7"}, "moment": {"kind": "lastClean"}})
    begin(world(), plan, time.time())
    tell(world(), plan)
    return plan


def T1(person, folder):
    """First run: from the printed code to what you have."""
    person.open("first-run")
    person.type("textbox", "Code", fake.first_code)
    person.type("textbox", "Your name", "ada")
    person.type("textbox", "Password", "right horse battery")
    person.click("button", "^Begin$")
    person.reads("412 accounts and 38 sites were found")
    assert person.driver.execute_script("return localStorage.getItem('holdfast.pageKey')") == fake.key


def T2(person, folder):
    """Protect everybody, preview included."""
    person.open()
    person.click("link", "^Protect all$")
    person.click("button", "^Protect 412 accounts and 38 sites$")
    person.reads("Saved")
    made = [(one["@odata.type"], one["status"], one["protectionMode"]) for one in world()["policies"]]
    assert sorted(made) == [(f"#microsoft.graph.{kind}ProtectionPolicy", "active", "fullServiceBackup") for kind in ("oneDriveForBusiness", "sharePoint")], made


def T5(person, folder):
    """Roll back all that were hit, the plan seen before."""
    person.open()
    person.click("link", "See incident")
    person.click("link|button", "^Roll back \d+ accounts")
    person.find("textbox", "type the number of accounts: 4")
    person.reads("files that people made or changed since will be lost")
    person.reads("1 account is left out")
    person.type("textbox", "type the number of accounts: 4", "4")
    assert not plans(["started"]), "It was started too early."
    person.click("button", "^Roll back 4 accounts$")
    person.reads("You may close this page")
    (plan,) = plans(["started"])
    assert plan["scope"] == {"incidentId": "7"} and plan["moment"]["kind"] == "lastClean" and plan["newerFiles"] == "remove"


def T5b(person, folder):
    """The same for 213 accounts of 10,000, which needs a fresh sign-in: a password more."""
    fake.orders.proven = 0
    person.open()
    person.click("link", "See incident")
    person.click("link|button", "^Roll back \d+ accounts")
    person.type("textbox", "type the number of accounts: ", str(plans(["ready"])[-1]["sums"]["units"]) if person.find("textbox", "type the number of accounts: ") else "")
    person.click("button", "^Roll back \d+ accounts$")
    person.type("textbox", "^Password$", "right")
    person.click("button", "^Confirm$")
    person.reads("You may close this page")
    assert len(plans(["started"])) == 1


def T5c(person, folder):
    """Another moment for one of them."""
    person.open()
    person.click("link", "See incident")
    person.click("link|button", "^Roll back \d+ accounts")
    person.reads("1 account is left out")
    person.click("button", "^choose…$")
    person.click("button", "^Make again$", last=True)
    person.reads("There is no point at this moment or before|the points that the plan names")


def T6(person, folder):
    """Undo that."""
    person.open()
    person.menu("Restores")
    person.click("button", "^Undo: 2 accounts")
    person.type("textbox", "type the number of accounts: 2", "2")
    person.click("button", "^Undo 2 accounts$")
    person.reads("This is the undo of another restore")
    (plan,) = plans(["started"])
    assert plan["undoOf"] in world()["plans"]


def T7(person, folder):
    """Find one file over all accounts and moments, bring it back."""
    person.open()
    person.type("searchbox", "Search files and accounts", "budget 2026")
    person.press("Enter")
    person.click("button", "^Bring back budget 2026.xlsx")
    person.click("button", "^Bring back$", last=True)
    person.reads("It is being brought back")
    (session,) = [one for one in world()["sessions"].values() if one.get("wanted")]
    assert session["conflict"] == "rename" and session["wanted"][0]["destinationType"] == "inPlace" and session["wanted"][0]["id"] == "key:budget 2026.xlsx", session


def T8(person, folder):
    """The same, download it."""
    person.open()
    person.type("searchbox", "Search files and accounts", "budget 2026")
    person.press("Enter")
    person.click("button", "^Download budget 2026.xlsx")
    person.reads("is being downloaded")
    end = time.time() + 10
    while time.time() < end and not (folder / "budget 2026.xlsx").exists():
        time.sleep(0.1)
    assert (folder / "budget 2026.xlsx").read_bytes() == b"content of budget 2026.xlsx", list(folder.iterdir())


def T9(person, folder):
    """Compare the moments around a notable change."""
    person.open()
    person.type("searchbox", "Search files and accounts", "ada")
    person.press("Enter")
    person.click("link", "^Ada Lovelace$")
    person.click("link", "files were replaced")
    person.reads("added, 1 changed,")


def T9b(person, folder):
    """Compare any two moments: one and the present state."""
    person.open()
    person.type("searchbox", "Search files and accounts", "ada")
    person.press("Enter")
    person.click("link", "^Ada Lovelace$")
    person.click("button|link", "^Browse .*\\d\\d:\\d\\d")
    person.click("link", "^Compare with now$")
    person.reads("added, 1 changed,")


def T10(person, folder):
    """Follow a restore."""
    run_restore()
    person.open()
    person.click("link", "restores? (is|are) running")
    person.reads("about \d+ seconds left")
    first = person.driver.execute_script("return document.querySelector('main progress').value")
    time.sleep(3)
    assert person.driver.execute_script("return document.querySelector('main progress').value") > first, "The bar does not move."


def T10b(person, folder):
    """Cancel it."""
    plan = run_restore()
    person.open()
    person.click("link", "restores? (is|are) running")
    person.click("button", "^Cancel: ")
    person.reads("not touched")
    person.click("button", "^Cancel the restore$")
    end = time.time() + 10
    while time.time() < end and plan["status"] not in ("cancelling", "cancelled"):
        time.sleep(0.1)
    assert plan["status"] in ("cancelling", "cancelled"), plan["status"]


def T11(person, folder):
    """The report for the auditor."""
    person.open()
    person.menu("Activity")
    person.click("link", "^Protection report$")
    person.click("button", "^CSV$")
    end = time.time() + 10
    while time.time() < end and not any(file.stat().st_size for file in folder.glob("*.csv")):
        time.sleep(0.1)
    lines = next(folder.glob("*.csv")).read_text("utf-8-sig").splitlines()
    assert len(lines) == 13 and lines[0].startswith("account or site,"), lines[:2]


def T12(person, folder):
    """What is wrong with the service, and what to do."""
    person.open()
    person.menu("Health")
    person.reads("1 of 8 checks fails")
    person.reads("Next: Add space")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--how", default="mouse,keyboard,phone,slow")
    parser.add_argument("--only", default=",".join(targets))
    given = parser.parse_args()
    failed = 0
    for how in given.how.split(","):
        for name in given.only.split(","):
            clicks, words, more, kind = targets[name]
            server, address = fake.start(kind)
            with tempfile.TemporaryDirectory() as folder:
                person = Person(address, how, folder)
                begin, problem = time.time(), ""
                try:
                    globals()[name](person, pathlib.Path(folder))
                    allowed = clicks + (more if how == "phone" else 0)
                    if person.clicks > allowed or person.words > words:
                        problem = f"above its target of {allowed} and {words} words"
                    from browser import messages
                    if said := [one for one in messages(person.driver) if not (name == "T5b" and "403" in one)]:
                        problem = problem or f"the console says {said[0][:200]}"
                except Exception as error:
                    problem = f"{type(error).__name__}: {str(error).splitlines()[0]}"
                    person.picture(f"{name}-{how}")
                finally:
                    person.close()
                    server.shutdown()
            failed += bool(problem)
            print(f"{'not ok' if problem else 'ok'} {name} {how}: {person.clicks} clicks, {person.words} words, {time.time() - begin:.1f} s {problem}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
