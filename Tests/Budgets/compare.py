"""Holds what Budgets measured against budgets.txt; with --renew writes what was measured into it.

compare.py BUDGETS MEASURED CALLGRIND-FOLDER [--renew]
"""

import pathlib
import re
import sys

# For cases that have no line yet: --renew gives them these.
TOLERANCES = {"allocations": 5, "instructions": 15, "bytes": 5}


def measured(lines, folder):
    """Of each (unit, case) the figure for one time."""
    figures = {}
    for line in lines.splitlines():
        unit, value, name = line.split("\t")
        figures[unit, name] = float(value)
    for file in pathlib.Path(folder).glob("callgrind *"):
        text = file.read_text()
        # How often and what: in what the program said at the end of a case, or in the name of a file for one alone.
        case = re.search(r"^desc: Trigger: Client Request: (\d+) (.*)$", text, re.M) or re.match(
            r"callgrind (\d+) (.*)$", file.name)
        total = re.search(r"^totals: (\d+)", text, re.M)
        if case and total:
            figures["instructions", case[2]] = int(total[1]) / int(case[1])
    return figures


def value_of(unit, name, figures):
    if unit != "ratio":
        return figures.get((unit, name))
    above, below = (figures.get(("instructions", part.strip())) for part in name.split(" over "))
    return above / below if above and below else None


def text_of(value, unit=""):
    if unit == "ratio":
        return f"{value:.2f}"
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}".removesuffix(".0")


def main():
    path = pathlib.Path(sys.argv[1])
    figures = measured(pathlib.Path(sys.argv[2]).read_text(), sys.argv[3])
    is_renewal = "--renew" in sys.argv
    lines, known, failures, notes = [], set(), [], []
    print(f"{'measured':>10} {'budget':>10} {'may be':>10}  unit          what")
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            lines.append(line)
            continue
        unit, budget, tolerance, name = line.split(None, 3)
        value = value_of(unit, name, figures)
        known.add((unit, name))
        if value is None:
            failures.append(f"{name}: its {unit} were not measured")
            continue
        limit = float(budget) * (1 + float(tolerance) / 100)
        lines.append(f"{unit:<13} {text_of(value, unit):>9} {tolerance:>4}  {name}")
        mark = ""
        # What the figure is rounded to in the table is no difference.
        if value > limit + (0.05 if limit else 0.005):
            failures.append(f"{name}: {text_of(value, unit)} {unit}, of which there may be {text_of(limit, unit)}")
            mark = "  <-- too many"
        elif value < float(budget) * (1 - float(tolerance) / 100) - 0.05:
            notes.append(f"{name}: {text_of(value, unit)} {unit} instead of {budget}")
        print(f"{text_of(value, unit):>10} {budget:>10} {text_of(limit, unit):>10}  {unit:<13} {name}{mark}")
    names = list(dict.fromkeys(name for _, name in figures))
    missing = [(u, n) for n in names for u in TOLERANCES if (u, n) in figures and (u, n) not in known]
    if is_renewal:
        lines += [f"{u:<13} {text_of(figures[u, n]):>9} {TOLERANCES[u]:>4}  {n}" for u, n in missing]
        path.write_text("\n".join(lines) + "\n")
        print(f"{path} has what was measured")
        return 0
    failures += [f"{name}: {unit} without a budget" for unit, name in missing]
    for note in notes:
        print(f"cheaper than its budget: {note}")
    for failure in failures:
        print(f"over budget: {failure}", file=sys.stderr)
    if failures or notes:
        print("scripts/check-budgets --renew writes what was measured into Tests/Budgets/budgets.txt; "
              "say in the commit why it has changed", file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
