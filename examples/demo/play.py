"""The demo: two days of a call centre in less than a minute, with real servers and the real program.

    play.py PROGRAM [--keep]

Every arrow (→) in the story and every line of the final list was observed from outside: by IMAP, in a mailbox,
through the command line. Run it by scripts/demo, which builds PROGRAM first. Exit code 1: a check failed.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

from day import CUSTOMERS, ROOT, Day
from night import Night
from office import Office
from servers import Trouble
from stage import Stage


def play(stage, office):
    """All scenes; whether every check holds."""
    day, night = Day(stage, office), Night(stage, office)
    day.opening()
    day.reading()
    day.labels()
    day.phone()
    day.deciding()
    day.received()
    day.going_on()
    night.reports()
    night.neutral()
    night.workshop()
    stage.scene("Checked along the way")
    return stage.verdict()


def main():
    parser = argparse.ArgumentParser(description="Plays the demo with a built program.")
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder")
    arguments = parser.parse_args()
    # Told to stop, it still ends what it started, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begun = time.monotonic()
    folder = tempfile.mkdtemp(prefix="madoguchi-demo-")
    stage, office = Stage(), None
    try:
        office = Office(ROOT, folder, arguments.program, CUSTOMERS)
        good = play(stage, office)
    except Trouble as trouble:
        print(f"\nThe demo stopped: {trouble}", file=sys.stderr)
        good = False
    except KeyboardInterrupt:
        good = False
    finally:
        if office:
            office.close()
        if arguments.keep:
            print(f"\nEverything lies in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{time.monotonic() - begun:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
