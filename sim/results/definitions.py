"""Every KPI's name, unit and definition in one sentence: for tables, sentences and documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sim.core.vocabulary import EMERGENCY
from sim.results.definitions_desks import (
    COUNTS_OF_DESKS,
    INTERVALS_OF_DESKS,
    OF_A_CHANNEL,
    OF_A_DEPARTMENT,
    OF_A_TIER,
)
from sim.results.definitions_public import COUNTS_OF_THE_PUBLIC, INTERVALS_OF_THE_PUBLIC
from sim.results.definitions_scene import COUNTS_OF_SCENES, INTERVALS_OF_SCENES

SERVICES = tuple(service.value for service in EMERGENCY)
_SERVICE_WORDS = {"fire": "fire and rescue", "ems": "ambulances", "police": "police", "traffic": "traffic police"}


WHERE_IT_HAPPENED = "†"
WHERE_IT_HAPPENED_NOTE = (
    f"{WHERE_IT_HAPPENED}: only where it happened; which incidents those are, the policy decides, so that two cities"
    " may not be compared by it."
)


@dataclass(frozen=True, slots=True)
class KpiText:
    """What a KPI means; `better` says which way is good, none when neither is.

    `where_it_happened`: over those incidents only for which it came to it at all, and that the policy decides.
    """

    name: str
    unit: str
    sentence: str
    better: Literal["lower", "higher"] | None = "lower"
    where_it_happened: bool = False

    @property
    def title(self) -> str:
        """The name, with a mark if it is only over what it happened to."""
        return f"{self.name} {WHERE_IT_HAPPENED}" if self.where_it_happened else self.name


INTERVALS: dict[str, KpiText] = {
    "discovery_s": KpiText(
        "Discovery", "s",
        "From the onset of an incident to T0, here called the first ring: the first ring on any number, or the first"
        " alarm of a sensor at a desk.",
    ),
    "information_latency_s": KpiText(
        "Information latency", "s",
        "From the onset of an incident to the first matching case of a department that acts for a needed service.",
    ),
    "unowned_s": KpiText(
        "Unowned time", "s",
        "From the first ring until any department that acts for a needed service has a matching case.",
    ),
    "alarm_handling_s": KpiText(
        "Alarm handling", "s", "From the first ring until the crew that arrives first hears its order."
    ),
    "turnout_s": KpiText("Turnout", "s", "From that crew's hearing the order until its wheels turn."),
    "travel_s": KpiText(
        "Travel", "s", "From the turning of the wheels until that crew sees the incident, search included."
    ),
    "total_response_s": KpiText(
        "Total response", "s",
        "From the first ring, or where that was later from when it was first truly needed (so all intervals of services"
        " count), until the first crew of a needed service sees the incident.",
    ),
    "access_s": KpiText(
        "Access", "s",
        "From the first crew at the scene to the first hands on a patient (ambulances) or water on the fire (fire).",
    ),
    "at_patient_s": KpiText(
        "At the patient", "s", "From the first ring until the first ambulance crew has its hands on a patient."
    ),
    "water_on_fire_s": KpiText("Water on the fire", "s", "From the first ring to the first water of any fire crew."),
    "full_assignment_s": KpiText(
        "Full assignment", "s",
        "From the first ring until the crews that have come cover the largest need of every capability.",
    ),
    "command_s": KpiText(
        "Command", "s", "From the first ring until somebody of any service has sized up the scene and leads."
    ),
    "offload_s": KpiText(
        "Offload", "s", "From the ambulance's stop at the hospital's door until the hospital has taken over.",
        where_it_happened=True,
    ),
}  # fmt: skip
"""Means of these are restricted to the horizon; each has the suffixes of `SUFFIXES` and a variant per service."""

SUFFIXES: dict[str, str] = {
    "": "",
    "_p50": " (median by nearest rank; the never served rank last, and among them it is null)",
    "_p90": " (90th percentile by nearest rank; the never served rank last, and among them it is null)",
    "_n": " (how many were counted)",
    "_unserved": " (how many of them never came to the end of it)",
    "_censored": " (how many of the unserved were still open when the run ended)",
}

_SHARES: dict[str, KpiText] = {
    "within_target_share": KpiText(
        "Within target", "share",
        "Share of needed services whose first crew saw the incident within the scenario's target from the first ring;"
        " the never served miss it.", "higher",
    ),
    "coverage_share": KpiText(
        "Coverage", "share",
        "Share of people within the target travel time of a free unit, averaged over samples (and then services).",
        "higher",
    ),
    "picture_completeness_share": KpiText(
        "Completeness of the pictures", "share",
        "Share of the time in which an open incident needed a service that a department that acts for it had a"
        " matching open case (one opened by a call about that incident); every incident and service counts alike.",
        "higher",
    ),
    "picture_accuracy_share": KpiText(
        "Accuracy of the pictures", "share",
        "Share of the time of open cases in which a believed field was right, over the fields place (within 200 m),"
        " kind, severity, and needs (the capabilities needed now), until the incident is over; a case of what never was"
        " is wrong in all.",
        "higher",
    ),
    "utilisation": KpiText(
        "Utilisation", "share", "Share of the units' time between an order and being available again.", None
    ),
}  # fmt: skip

_COUNTS: dict[str, KpiText] = {
    "handoffs": KpiText(
        "Hand-offs", "per incident", "Transfers of calls and hand-offs of cases, papers included, per incident."
    ),
    "duplicate_dispatches": KpiText(
        "Duplicate dispatches", "units",
        "Orders for a capability whose true need was covered already by orders under another case.",
    ),
    "wasted_dispatches": KpiText(
        "Wasted dispatches", "units",
        "Orders that ended in nothing found, at an incident that needed none of what the crew can do,"
        " or that came from a forged call.",
    ),
    "wasted_work_s": KpiText(
        "Work on false information", "s",
        "Time of crews, from the order until they could be ordered again, under cases of what never was, or that ended"
        " in nothing found.",
    ),
    "dispatches": KpiText("Dispatches", "units", "Orders given to units.", None),
    "calls": KpiText("Calls", "calls", "Rings by callers, redials included, transfers not.", None),
    "calls_abandoned": KpiText("Calls abandoned", "calls", "Calls whose caller hung up before anybody answered."),
    "calls_lost": KpiText("Calls lost", "calls", "Calls that met only busy lines, an outage or a cut-off transfer."),
    "calls_answered_10s_share": KpiText(
        "Answered within 10 s", "share", "Share of the calls that a call-taker answered within 10 s.", "higher"
    ),
    "call_taker_hours": KpiText(
        "Call-taker hours", "h",
        "Time between picking up and being free again, over every call and every desk that took it, alarms of sensors"
        " and ring-backs included; ended talks only.",
    ),
    "seconds_per_call": KpiText(
        "Talk per call", "s",
        "Call-takers' time but for alarms of sensors, per call that was answered, wherever it was put through to.",
    ),
    "messages": KpiText("Messages", "messages", "Messages sent over any channel; what callers say is none.", None),
    "messages_inside": KpiText(
        "Messages inside", "messages", "Messages within a department: between its desks and its crews.", None
    ),
    "messages_between": KpiText(
        "Messages between", "messages",
        "Messages from one organisation to another, calls put through and colleagues' calls included.", None
    ),
    "messages_lost": KpiText("Messages lost", "messages", "Messages that were sent and never arrived."),
    "alarms": KpiText("Alarms", "alarms", "Alarms of sensors that a desk heard.", None),
    "false_alarms": KpiText("False alarms", "alarms", "Of these, those about nothing."),
    "found_by_sensor_share": KpiText(
        "Found by sensors", "share", "Share of incidents of which a desk first heard by an alarm.", None
    ),
    "sensors": KpiText("Sensors", "devices", "Devices in service on the map.", None),
    "unit_hours": KpiText(
        "Unit hours", "h", "Hours that units were busy, between an order and being available again.", None
    ),
    "expected_deaths": KpiText(
        "Expected deaths", "patients", "Sum over patients of one minus survival under the care that they got."
    ),
    "deaths": KpiText("Deaths", "patients", "Patients who died."),
    "avoidable_deaths": KpiText(
        "Avoidable deaths", "patients", "Patients who died and whom the reference response would have saved."
    ),
    "incidents": KpiText("Incidents", "incidents", "True incidents that began within the window that counts.", None),
    "patients": KpiText("Patients", "patients", "People whom these incidents made patients.", None),
    "completeness": KpiText(
        "Completeness", "share",
        "Share of the time in which an incident needing help was open that some department had a matching open case.",
        "higher",
    ),
    "shared_awareness_share": KpiText(
        "Shared awareness", "share",
        "Share of the time in which an open incident needed two or more services that, at once for each of them,"
        " a department that acts for it had a matching open case.", "higher",
    ),
    "worst_district_total_response_s": KpiText(
        "Total response in the worst district", "s",
        "The restricted mean of total response in the district where it is longest, of those with at least ten needed"
        " services; the report names it.",
    ),
    "accuracy_place_share": KpiText(
        "Accuracy of the place", "share", "Share of cases whose first believed place was within 200 m of the truth.",
        "higher",
    ),
    "accuracy_kind_share": KpiText(
        "Accuracy of the kind", "share", "Share of cases whose first believed kind was the true one.", "higher"
    ),
    "accuracy_share": KpiText(
        "Accuracy", "share", "Share of the first believed places and kinds, taken together, that were right.", "higher"
    ),
}  # fmt: skip


PLAIN_INTERVALS: dict[str, KpiText] = {
    key: KpiText(*words) for key, words in (INTERVALS_OF_DESKS | INTERVALS_OF_SCENES | INTERVALS_OF_THE_PUBLIC).items()
}
"""Intervals without a variant per service."""

_DESK_COUNTS: dict[str, KpiText] = {
    key: KpiText(*words) for key, words in (COUNTS_OF_DESKS | COUNTS_OF_SCENES | COUNTS_OF_THE_PUBLIC).items()
}


def _of_service(text: KpiText, service: str) -> KpiText:
    words = _SERVICE_WORDS[service]
    return replace(text, name=f"{text.name}, {words}", sentence=f"{text.sentence[:-1]}; {words} only.")


def _all_texts() -> dict[str, KpiText]:
    """Every key that `kpis` returns, in the order in which tables show them."""
    texts = dict(_SHARES | _COUNTS | _DESK_COUNTS)
    texts |= {f"{service}_{key}": _of_service(text, service) for key, text in _SHARES.items() for service in SERVICES}
    for key, text in INTERVALS.items():
        for scope in ("", *SERVICES):
            scoped = _of_service(text, scope) if scope else text
            prefix = f"{scope}_" if scope else ""
            texts |= {f"{prefix}{key}{suffix}": _with_suffix(scoped, suffix) for suffix in SUFFIXES}
    for key, text in PLAIN_INTERVALS.items():
        texts |= {f"{key}{suffix}": _with_suffix(text, suffix) for suffix in SUFFIXES}
    return texts


def _with_suffix(text: KpiText, suffix: str) -> KpiText:
    if not suffix:
        return text
    counts = suffix in ("_n", "_unserved", "_censored")
    return KpiText(
        f"{text.name} {suffix[1:]}",
        "count" if counts else text.unit,
        text.sentence[:-1] + SUFFIXES[suffix] + ".",
        None if suffix == "_n" else text.better,
        text.where_it_happened and suffix != "_n",
    )


def _of_listed(text: KpiText) -> KpiText:
    return replace(text, name=f"{text.name}, listed", sentence=f"{text.sentence[:-1]}; listed incidents only.")


_OF_THE_CITY = ("coverage_share", "utilisation", "unit_hours", "sensors")
"""Measures of the whole city, that have no part for some incidents."""

COHORT_KPIS: dict[str, KpiText] = _all_texts()
"""The KPIs of a cohort by key."""

LISTED = {f"listed_{key}": key for key in COHORT_KPIS if not any(word in key for word in _OF_THE_CITY)}
"""The measures of the listed incidents alone, and what they are called for the whole cohort."""

KPIS: dict[str, KpiText] = COHORT_KPIS | {name: _of_listed(COHORT_KPIS[key]) for name, key in LISTED.items()}
"""All KPIs of a run by key: of the whole cohort, and once more of the incidents that the scenario names."""


def text_of(key: str) -> KpiText | None:
    """The words for a KPI, also for one of a department, a tier or a channel, of which the log says which there are."""
    if key in KPIS:
        return KPIS[key]
    listed, bare = key.startswith("listed_"), key.removeprefix("listed_")
    suffix = next((one for one in SUFFIXES if one and bare.endswith(one)), "")
    stem = bare.removesuffix(suffix)
    for prefix, texts in (("office_", OF_A_DEPARTMENT), ("channel_", OF_A_CHANNEL)):
        for end, words in texts.items():
            if stem.startswith(prefix) and stem.endswith(f"_{end}"):
                whose = stem.removeprefix(prefix).removesuffix(f"_{end}").replace("_", " ")
                text = _with_suffix(replace(KpiText(*words), name=f"{words.name}, {whose}"), suffix)
                return _of_listed(text) if listed else text
    for end, words_of in OF_A_TIER.items():  # a tier that a table adds
        if stem.endswith(f"_{end}"):
            text = _with_suffix(KpiText(*words_of(stem.removesuffix(f"_{end}").replace("_", " "))), suffix)
            return _of_listed(text) if listed else text
    return None


def is_interval(key: str) -> bool:
    """Whether it is an interval without suffix: one of a service, of the whole, or of a department."""
    return key in INTERVALS or key in PLAIN_INTERVALS or key.endswith("_information_latency_s")


def is_of_the_log(key: str) -> bool:
    """Whether it is a KPI of a department, of a channel, or of a tier that a table adds."""
    return key not in KPIS and text_of(key) is not None


def markdown() -> str:
    """The definitions as a table for documents: base KPIs only, suffixes and services go without saying."""
    rows = ["| key | name | unit | definition |", "|---|---|---|---|"]
    for key, text in (INTERVALS | _SHARES | _COUNTS | PLAIN_INTERVALS | _DESK_COUNTS).items():
        rows.append(f"| `{key}` | {text.name} | {text.unit} | {text.sentence} |")
    for prefix, texts in (("office_<department>_", OF_A_DEPARTMENT), ("channel_<name>_", OF_A_CHANNEL)):
        rows += [
            f"| `{prefix}{end}` | {words.name} | {words.unit} | {words.sentence} |" for end, words in texts.items()
        ]
    return "\n".join(rows) + "\n"
