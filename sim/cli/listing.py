"""What there is to choose from, and whether a file is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.scenario import Scenario

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios."""
    from sim.cli.showing import print_json, print_table
    from sim.scenario import Scenario as Checked
    from sim.scenario import scenario_names

    known = [Checked.load(name) for name in scenario_names()]
    if as_json:
        print_json([_scenario(scenario) for scenario in known])
    else:
        rows = [(scenario.name, scenario.title, scenario.town) for scenario in known]
        print_table("Scenarios", ("name", "what happens", "map"), rows)


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "map": scenario.town,
        "primary": scenario.primary,
        "secondary": list(scenario.secondary),
    }


def policies(
    diff: Annotated[
        tuple[str, str] | None, typer.Option("--diff", metavar="A B", help="Every setting on which two arms differ.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List bundles and policies, and what each costs."""
    if diff is not None:
        _difference(*diff, as_json=as_json)
        return
    from sim.cli.showing import print_json, print_table, say
    from sim.policies.bundles import bundles, families

    if as_json:
        print_json([*_bundles(), *_options()])
        return
    rows = [(bundle.name, bundle.sentence) for bundle in bundles().values()]
    print_table("Bundles (a setting of every family)", ("name", "what it is"), rows)
    for family in families():
        options = [(o.name, o.sentence, o.cost, _parameters(o.parameters)) for o in family.options]
        print_table(family.family, ("name", "what it does", "what it costs", "parameters"), options)
    say("An arm is BUNDLE[+family=name[.parameter=value]]…, such as linked+dispatch=own_district")


def _bundles() -> list[dict[str, Any]]:
    from sim.policies.bundles import bundles

    return [
        {"name": b.name, "family": "bundle", "sentence": b.sentence, "policies": b.policies.model_dump(mode="json")}
        for b in bundles().values()
    ]


def _options() -> list[dict[str, Any]]:
    from sim.policies.bundles import families

    return [
        {"name": o.name, "family": f.family, "sentence": o.sentence, "cost": o.cost, "parameters": o.parameters}
        for f in families()
        for o in f.options
    ]


def _parameters(parameters: dict[str, dict[str, Any]]) -> str:
    settings = (f"{name} = {about['default']} {about.get('unit', '')}" for name, about in parameters.items())
    return ", ".join(setting.strip() for setting in settings)


def _difference(a: str, b: str, *, as_json: bool) -> None:
    from sim.cli.showing import print_json, print_table, say
    from sim.policies.bundles import differences, parse_arm

    rows = differences(parse_arm(a).policies, parse_arm(b).policies)
    if as_json:
        print_json([row._asdict() for row in rows])
    elif not rows:
        say(f"{a} and {b} have the same settings.")
    else:
        table = [tuple("" if value is None else str(value) for value in row) for row in rows]
        print_table(f"{a} against {b}", ("family", "setting", a, b, "unit", "grade", "source"), table)


def check(files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Scenario files.")]) -> None:
    """Say what is wrong with scenario files, if anything."""
    from sim.city.store import find_map
    from sim.cli.running import load
    from sim.cli.showing import complain, say
    from sim.fitting import fit

    wrong = 0
    for file in files:
        try:
            scenario = load(str(file))
            try:
                fit(scenario, find_map(scenario.town))
            except InputError as error:
                raise InputError(f"{file}: {error}") from None
        except InputError as error:
            wrong += 1
            complain(f"Error: {error}")
        else:
            say(f"{file}: right ({scenario.name}: {scenario.title})")
    if wrong:
        raise typer.Exit(2)


def schema() -> None:
    """Print the JSON Schema of scenario files."""
    from sim.cli.showing import print_json
    from sim.scenario import Scenario as Checked

    print_json(Checked.model_json_schema())


def version() -> None:
    """Print the versions that a result depends on."""
    from sim.cli.showing import say
    from sim.versions import versions

    for name, number in versions().items():
        say(f"{name} {number}")
