#!/usr/bin/env python3
"""Pictures of every page, compared with the accepted ones: pictures.py FOLDER [--accept]

The clock of the small server and of the browser stands still, so that only a change of the files changes a picture. New
pictures come into FOLDER/new, accepted ones stand in FOLDER/accepted; one differs when over 0.1 % of its pixels do.
Look at those that differ, then accept them. Needs Pillow besides what browser.py needs.
"""
import argparse
import datetime
import pathlib
import shutil
import sys
import time

from PIL import Image, ImageChops

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
moment = datetime.datetime(2026, 11, 30, 8, 42, 10, tzinfo=datetime.timezone.utc)
tolerance = 0.001


class Still(datetime.datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(moment.timestamp(), tz)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--accept", action="store_true", help="what is new is accepted")
    given = parser.parse_args()
    new, accepted = given.folder / "new", given.folder / "accepted"
    if given.accept:
        shutil.rmtree(accepted, ignore_errors=True)
        new.rename(accepted)
        return
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    shoot(new)
    differing = [name for name in sorted(one.name for one in new.iterdir()) if not same(accepted / name, new / name)]
    for name in differing:
        print(f"{'differs' if (accepted / name).exists() else 'new'}: {name}")
    print(f"{len(list(new.iterdir()))} pictures, {len(differing)} to look at")
    sys.exit(bool(differing) and accepted.exists())


def same(one, other):
    if not one.exists():
        return False
    with Image.open(one) as left, Image.open(other) as right:
        if left.size != right.size:
            return False
        differing = sum(ImageChops.difference(left.convert("RGB"), right.convert("RGB")).convert("L").point(lambda value: 255 if value > 8 else 0).histogram()[1:])
        return differing <= tolerance * left.size[0] * left.size[1]


def shoot(folder):
    real = time.time
    datetime.datetime = Still
    import fake
    from browser import browser, settle, size
    from states import pages
    time.time = real
    _, address = fake.start("small")
    driver = browser()
    clock = f"""{{ const real = Date, at = {int(moment.timestamp() * 1000)}
        globalThis.Date = class extends real {{ constructor(...given) {{ super(...(given.length ? given : [at])) }} static now() {{ return at }} }} }}"""
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": clock})
    try:
        for width, theme in ((1280, "light"), (1280, "dark"), (390, "light")):
            size(driver, width, 1200)
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}, {"name": "prefers-reduced-motion", "value": "reduce"}]})
            for name, (path, _, _) in {**pages, "sign-in": ("sign-in", "", None)}.items():
                if name in ("rollback", "restore"):
                    # Plans live by their time.
                    continue
                driver.get(f"{address}/portal/{path}")
                settle(driver, 0.6)
                driver.save_screenshot(str(folder / f"{name}-{width}-{theme}.png"))
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
