"""The way of one incident as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.core.log import Entry
from sim.results.delays import LABELS
from sim.results.explain import Account, Explainer, Leg, Said
from sim.results.holders import by_holder
from sim.results.words import sentence


def as_json(explainer: Explainer, accounts: Iterable[Account]) -> dict[str, Any]:
    """The same as plain values."""
    found = list(accounts)
    record = found[0].record
    return {
        "incident": {
            "id": record.id,
            "kind": record.kind,
            "listed": record.listed,
            "district": record.district,
            "subdistrict": record.subdistrict,
            "started_s": record.started,
            "started": explainer.clock(record.started),
            "first_ring_s": record.first_ring,
            "needs": dict(record.needs),
            "ended_s": record.ended,
            "outcome": record.outcome,
        },
        "services": [_account_json(explainer, account) for account in found],
    }


def _account_json(explainer: Explainer, account: Account) -> dict[str, Any]:
    return {
        "service": account.fall.service,
        "effect": account.fall.effect,
        "finished": account.fall.finished,
        "seconds": account.seconds,
        "since_first_ring_s": account.since_first_ring,
        "held_s": {who: ms / 1000 for who, ms in by_holder(account.fall.parts).items()},
        "parts": [_leg_json(explainer, leg) for leg in account.legs],
    }


def _leg_json(explainer: Explainer, leg: Leg) -> dict[str, Any]:
    start_s = leg.part.from_ms // 1000
    return {
        "label": leg.part.label,
        "holder": leg.part.holder,
        "meaning": LABELS[leg.part.label],
        "from_s": start_s,
        "from": explainer.clock(start_s),
        "seconds": leg.part.ms / 1000,
        "happened": [_told(explainer, entry) for entry in leg.happened],
        "meanwhile": [_told(explainer, entry) for entry in leg.meanwhile],
        "waited_for": [_told(explainer, entry) for entry in leg.waited_for],
        "said": [_plain(one) for one in leg.said],
        "believed": [one.as_json() for one in leg.held],
    }


def _told(explainer: Explainer, entry: Entry) -> dict[str, Any]:
    kind = type(entry.event).__name__
    return {"t": entry.t, "event": kind, "incident": entry.incident, "text": sentence(entry, explainer.places)}


def _plain(one: Said) -> Mapping[str, Any]:
    return {name: getattr(one, name) for name in Said.__slots__}
