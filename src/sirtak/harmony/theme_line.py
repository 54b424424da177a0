"""The tune of a section: a plan's phrases laid on its cells, cell by cell.

Every cell is a motif at a height, or a cadence (`theme_cadence`). The one climax of a section is put where it
reaches its highest note between 55 and 75 % of the way (craft.md 4, rules 1 to 5). Degrees count
from the mode's degree 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sirtak.harmony.cells import Cell
from sirtak.harmony.motif import Laid, Motif, fit
from sirtak.harmony.song_vary import awkward
from sirtak.harmony.theme_cadence import Aim, cadence, held, leading
from sirtak.harmony.theme_plan import Phrase
from sirtak.harmony.theme_rows import Placed
from sirtak.theory.mode import Mode

CLIMAX = 0.65  # share of a section at which its highest note is looked for
# What may stand at the climax instead of a phrase's own motif, where that peaks at the wrong time.
VARIANTS = ((0.1, "n"), (0.12, "i"), (0.14, "m"), (0.16, "k"), (0.2, "j"))


@dataclass(frozen=True)
class Heights:
    """Where a tune lies and where its phrases end, in degrees.

    `home` is where it begins, `low` to `high` where it stays, `climax` its one highest note;
    `ends` the goals of phrases by kind, taken in turn; `sides` from which
    degree, counted from the goal, they are reached by preference.
    """

    home: int
    low: int
    high: int
    climax: int
    sequence: int
    fourth: int
    ends: Mapping[str, tuple[int, ...]]
    sides: Mapping[str, int]

    def goal(self, phrase: Phrase, number: int) -> int:
        """Return the degree on which a phrase ends."""
        goals = self.ends[phrase.end]
        return goals[number % len(goals)] + phrase.shift


def lay(
    ideas: Mapping[str, Motif],
    heights: Heights,
    mode: Mode,
    cells: Sequence[Cell],
    phrases: Sequence[Phrase],
    calls: int = 0,
) -> list[Placed]:
    """Return the cells of a section with their notes.

    `calls` is 0, or after how many cells (2 or 4) an answer is left room: every second phrase then
    holds its last note for a whole cell (4), or every phrase for half of one (2), as it always does.
    """
    writer = _Writer(ideas, heights, mode, cells, _climax(ideas, heights, cells, phrases))
    blocks = Counter[int]()
    for phrase in phrases:
        blocks[phrase.shift] += len(phrase)
    before = 0
    for number, phrase in enumerate(phrases):
        if phrase.shift and writer.repeat(phrase, blocks[phrase.shift], phrase.shift - before):
            if phrases[number + 1].shift != phrase.shift:
                before = phrase.shift
            continue
        ends_lead = calls > 2 and (number % 2 == 1 or number == len(phrases) - 1)
        writer.phrase(phrase, heights.goal(phrase, number), call=ends_lead)
    return writer.placed if not before else _crowned(writer.placed, before)


def _crowned(placed: list[Placed], lift: int) -> list[Placed]:
    """Return the cells of a climb with its highest note in one cell alone."""
    tops = [item.laid.top for item in placed]
    at = tops.index(max(tops))
    return [
        replace(item, climax=True) if number == at else replace(item, laid=item.laid.under(tops[at] - 1))
        for number, item in enumerate(placed)
    ]


def _climax(
    ideas: Mapping[str, Motif], heights: Heights, cells: Sequence[Cell], phrases: Sequence[Phrase]
) -> tuple[int, str]:
    """Return the cell that has the climax and the motif that is played there (-1 where there is no room)."""
    starts, passed = [], 0
    for cell in cells:
        starts.append(passed)
        passed += cell.grid.length
    if any(phrase.shift for phrase in phrases):
        return -1, "m"  # a climb has its own
    best: tuple[float, int, str] = (9.0, -1, "")
    index, before = 0, heights.home
    for number, phrase in enumerate(phrases):
        for at, token in enumerate(phrase.cells):
            grid = cells[index + at].grid
            far = (
                abs((starts[index + at] + grid.length / 2) / passed - CLIMAX) * passed
                > 0.1 * passed + grid.length
            )
            if token == "c" or (far and best[1] >= 0):
                continue
            for price, letter in ((0.0, token[0]), *VARIANTS):
                laid = fit(ideas[letter], grid)
                where = (starts[index + at] + grid.tick[laid.peak]) / passed
                gap = heights.climax + laid.first - laid.top - before if at == 0 else 0
                cost = price + 12 * max(0.0, abs(where - CLIMAX) - 0.08) + 0.1 * max(0, gap - 4)
                best = min(best, (cost, index + at, letter))
        index += len(phrase)
        before = heights.goal(phrase, number)
    return best[1:]


class _Writer:
    """Writes phrase after phrase.

    It knows where the tune stands (`last`), its last statement (`level`) and which way a sequence
    goes (`way`, 0 before there is one).
    """

    def __init__(
        self,
        ideas: Mapping[str, Motif],
        heights: Heights,
        mode: Mode,
        cells: Sequence[Cell],
        climax: tuple[int, str],
    ) -> None:
        self.ideas, self.heights, self.mode, self.cells = ideas, heights, mode, cells
        self.climax, self.top = climax, heights.climax
        self.placed: list[Placed] = []
        self.way = 0
        self.level = self.last = heights.home

    def repeat(self, phrase: Phrase, size: int, lift: int) -> bool:
        """Say a phrase of the block before again, `lift` degrees higher; False where the bars differ."""
        start = len(self.placed)
        old = self.placed[start - size : start - size + len(phrase)]
        new = self.cells[start : start + len(phrase)]
        if any(item.cell.grid is not cell.grid for item, cell in zip(old, new, strict=True)):
            return False
        for item in old:
            self._put(item.laid.moved(lift), hold=item.hold)
        return True

    def phrase(self, phrase: Phrase, goal: int, *, call: bool) -> None:
        """Write one phrase up to its goal; with `call` that is held for a whole cell."""
        self.way = 0
        for at, token in enumerate(phrase.cells):
            if token == "c":
                self._cascade(goal, len(phrase.cells) - at, first=at == 0)
            else:
                self._statement(token, phrase, opens=at == 0)
        if call and phrase.cells:
            self._call(phrase, goal)
        else:
            self._cadence(phrase, goal)
        self.last = goal

    def _statement(self, token: str, phrase: Phrase, *, opens: bool) -> None:
        """Write a motif at its height: at home, in sequence, or from where the tune stands."""
        number, heights = len(self.placed), self.heights
        grid, shift = self.cells[number].grid, phrase.shift
        if number == self.climax[0]:
            laid = fit(self.ideas[self.climax[1]], grid)
            laid = laid.moved(self.top - laid.top)
            if awkward(self.mode, self.last, laid.first):
                laid = laid.moved(1)
            self._put(laid, climax=True)
            return
        laid = fit(self.ideas[token[0]], grid)
        level = self._level(token[1], laid, phrase)
        low = heights.low + shift - (token[1] in "+-")
        laid = laid.moved(level).within(low, heights.high + shift)
        if not opens and token[1] != "=":
            gap = laid.first - self.last
            most = 5 if token[1] in "+-" else 2  # a sequence may leap to where it goes on
            laid = laid.moved(min(0, most - gap) if gap > 0 else max(0, -most - gap))
            laid = laid.within(low, heights.high + shift)
        self.level = laid.first
        self._put(laid.under(self.top + shift - 1))

    def _level(self, sign: str, laid: Laid, phrase: Phrase) -> int:
        """Return how many degrees above the final a statement's degree 0 is put."""
        heights, shift = self.heights, phrase.shift
        if sign == "~":
            # From where the tune stands: a step on, on the side that leaves the motif room.
            near = self.last - laid.first
            options = (near + 1, near - 1, near, near + 2, near - 2)
            low, high = heights.low + shift, heights.high + shift
            return min(options, key=lambda d: max(0, low - d - laid.bottom, d + laid.top - high))
        fixed = {"=": heights.home, "^": heights.home + heights.fourth}
        if sign in fixed:
            return fixed[sign] + shift
        if not self.way:
            self.way = self._way(sign, laid, phrase)
        return self.level - laid.first + self.way

    def _way(self, sign: str, laid: Laid, phrase: Phrase) -> int:
        """Return the degrees from statement to statement: where there is no room, it goes the other way."""
        heights, start = self.heights, self.level - laid.first
        low = heights.low - 1 + phrase.shift - laid.bottom
        high = heights.high + phrase.shift - laid.top
        step = heights.sequence if sign == "+" else -1
        count = sum(cell[1] == sign for cell in phrase.cells)
        ways = [way for times in (count, 1) for way in (step, -step) if low <= start + times * way <= high]
        return ways[0] if ways else step

    def _put(self, laid: Laid, *, climax: bool = False, hold: int = -1) -> None:
        self.placed.append(Placed(self.cells[len(self.placed)], laid, hold, climax))
        self.last = laid.last

    def _cascade(self, goal: int, left: int, *, first: bool) -> None:
        """Write a cell of the küy's cascade: its turn twice, lower each time, towards the goal."""
        grid = self.cells[len(self.placed)].grid
        head = self.last if first else self.level
        step = max(1, min(2, round((head - goal - 2) / (2 * left))))
        self._put(fit(self.ideas["c"].fragment(-step), grid).moved(head))
        self.level = head - 2 * step  # the next turn begins a step lower

    def _call(self, phrase: Phrase, goal: int) -> None:
        """Lead the last motif to the goal, which is held for a whole cell: room for an answer."""
        before = self.placed.pop()
        if before.climax or abs(before.laid.last - goal) in (1, 2):
            self._put(leading(before.laid, goal, self.mode), climax=before.climax)
        else:
            if self.placed:
                self.last = self.placed[-1].laid.last
            self._cadence(phrase, goal, len(before.cell.grid), phrase.cells[-1][0])
        grid = self.cells[len(self.placed)].grid
        self._put(held(grid, goal), hold=0)

    def _cadence(self, phrase: Phrase, goal: int, half: int = -1, letter: str = "") -> None:
        """Write a cadence cell; with `half` at its end it only leads to the goal."""
        grid = self.cells[len(self.placed)].grid
        half = grid.half if half < 0 else half
        letter = letter or (phrase.cells[0][0] if phrase.cells else "m")
        follow = {"a": "b", "h": "m", "c": "m"}.get(letter, letter)
        heads = [fit(self.ideas[item], grid) for item in dict.fromkeys((follow, "m", "n", "i", "j"))]
        within = (self.heights.low + phrase.shift, self.top + phrase.shift - 1)
        aim = Aim(goal, half, self.heights.sides[phrase.end], within)
        laid = cadence(grid, heads, self.last, aim, self.mode)
        self._put(laid.under(self.top + phrase.shift - 1), hold=half if half < len(grid) else -1)
