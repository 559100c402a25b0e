"""How the story is printed: numbered scenes, 80 columns, Japanese counted as two, colours only on a terminal."""

import sys
import unicodedata

COLUMNS = 80


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def fit(text, columns):
    """Cut to a width, with an ellipsis where something is missing, and filled up with blanks."""
    if width(text) > columns:
        while width(text) > columns - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def wrap(text, columns):
    """Lines of whole words; `textwrap` would count a Japanese character as one column."""
    lines = [""]
    for word in text.split():
        if lines[-1] and width(f"{lines[-1]} {word}") > columns:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


class Stage:
    """Prints, and keeps the list of what was checked."""

    def __init__(self):
        self.scenes = 0
        self.checks = []
        self.colour = sys.stdout.isatty()

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def scene(self, title):
        self.scenes += 1
        head = f"── {self.scenes} ── {title} "
        print("\n" + self.paint("1;36", head + "─" * (COLUMNS - width(head))) + "\n", flush=True)

    def say(self, text):
        print("\n".join(wrap(text, COLUMNS)), flush=True)

    def does(self, who, what):
        """Somebody does something."""
        print(f"  {self.paint('1', fit(who, 10))} {what}", flush=True)

    def then(self, text):
        """What came of it; said only after it was observed."""
        print(f"{' ' * 10} → {text}", flush=True)

    def page(self, text, head=None, tail=0):
        """A document as somebody sees it, in a frame; only its first and last lines when `head` is given."""
        rows = text.rstrip().splitlines()
        if head is not None and len(rows) > head + tail:
            end = rows[len(rows) - tail :]
            rows = [*rows[:head], f"⋮ ({len(rows) - head - tail} lines)", *end]
        for row in rows:
            print(("  │ " + fit(row, COLUMNS - 4)).rstrip())
        sys.stdout.flush()

    def command(self, line, output):
        """A command and what it printed, as it stands."""
        print(self.paint("1", f"$ {line}"))
        print(output.rstrip() + "\n", flush=True)

    def row(self, columns):
        """A line of a table: (text, width) pairs."""
        print("  " + " ".join(fit(text, columns) for text, columns in columns).rstrip(), flush=True)

    def check(self, text, holds):
        self.checks.append((text, bool(holds)))

    def verdict(self):
        """Prints what was checked; whether all of it holds."""
        for text, holds in self.checks:
            print(self.paint("32", "  ✓ ") + text if holds else self.paint("1;31", "  ✗ ") + text)
        return all(holds for _, holds in self.checks)
