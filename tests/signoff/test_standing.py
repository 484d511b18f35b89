"""The states of an issue, and who may do what to it next."""

from __future__ import annotations

import itertools

import pytest

from builder.records import KINDS, Act
from builder.signoff import Standing, allowed, may_type, standing, version_name
from tests.signoff.test_amending import OWN

EDITOR, CHIEF, DEPUTY, HEAD, MAYOR = "信息科编辑", "信息科科长", "办公室副主任", "办公室主任", "市委副书记、市长"
HASHES = {"submit": "s", "sign": "s", "amend": "a"}


def acts(*steps):
    """Acts from ``(kind, post)`` pairs; a kind may carry data as a third member."""
    versions = itertools.count(1)
    made = []
    for seq, (kind, by, *more) in enumerate(steps, 1):
        data = {"signed": HASHES.get(kind, ""), "paper": False, "scan": "", **(more[0] if more else {})}
        if kind == "submit":
            data["version"] = next(versions)
        made.append(Act(seq, "", kind, "p", 2026, "one", 0, by, "", "2026-06-08T08:00:00+08:00", str(seq), "", data))
    return made


SUBMIT, REVIEW, SIGN = ("submit", EDITOR), ("review", CHIEF), ("sign", HEAD)
PAPER = ("sign", MAYOR, {"paper": True})
PUBLISH, VOID = ("publish", CHIEF), ("void", HEAD)


@pytest.mark.parametrize(
    ("steps", "state", "version"),
    [
        ((), "草稿", 0),
        ((SUBMIT,), "送审", 1),
        ((SUBMIT, REVIEW), "审核", 1),
        ((SUBMIT, REVIEW, SIGN), "签发", 1),
        ((SUBMIT, REVIEW, ("return", HEAD)), "退回", 1),
        ((SUBMIT, ("return", HEAD), SUBMIT), "送审", 2),
        ((SUBMIT, REVIEW, SIGN, SUBMIT), "送审", 2),
        ((SUBMIT, REVIEW, SIGN, ("proof", CHIEF)), "清样", 1),
        ((SUBMIT, REVIEW, SIGN, ("proof", CHIEF), ("amend", DEPUTY)), "签发", 1),
        ((SUBMIT, REVIEW, SIGN, PUBLISH), "付印", 1),
        ((SUBMIT, REVIEW, SIGN, PUBLISH, ("more", HEAD), ("sent", CHIEF)), "付印", 1),
        ((SUBMIT, REVIEW, SIGN, PUBLISH, VOID), "作废", 1),
    ],
)
def test_the_state_of_an_issue_follows_from_its_acts(steps, state, version):
    now = standing(acts(*steps))
    assert (now.state, now.version) == (state, version)
    assert now.last == (acts(*steps)[-1] if steps else None)


def test_a_new_version_leaves_no_sign_off_in_force():
    now = standing(acts(SUBMIT, REVIEW, SIGN, SUBMIT))
    assert (now.sign, now.signed, now.reviews, now.amendments) == (None, "", (), ())


def test_what_is_signed_is_what_was_signed_and_amended():
    assert standing(acts(SUBMIT, REVIEW, SIGN)).signed == "s"
    assert standing(acts(SUBMIT, REVIEW, SIGN, ("amend", DEPUTY))).signed == "a"


def test_a_paper_sign_off_is_without_its_scan_until_that_comes():
    assert standing(acts(SUBMIT, REVIEW, PAPER)).unscanned
    assert not standing(acts(SUBMIT, REVIEW, PAPER, ("scan", EDITOR))).unscanned
    assert not standing(acts(SUBMIT, REVIEW, ("sign", MAYOR, {"paper": True, "scan": "scan/a.pdf"}))).unscanned
    assert standing(acts(SUBMIT, REVIEW, PAPER, PUBLISH)).unscanned


# ---------------------------------------------------------------- who


def refusal(steps, kind, post):
    fault = allowed(standing(acts(*steps)), kind, post, OWN)
    if fault is None:
        return ""
    assert fault.message.endswith("。")
    assert fault.hint.endswith("。")
    return fault.code


@pytest.mark.parametrize(
    ("steps", "kind", "post", "code"),
    [
        ((), "submit", EDITOR, ""),
        ((), "submit", "市长助理", "post-unknown"),
        ((), "submit", "机要员", "post-duty"),
        ((), "submit", MAYOR, "post-duty"),
        ((SUBMIT,), "review", EDITOR, "post-duty"),
        ((("submit", CHIEF),), "review", CHIEF, "post-author"),
        ((("submit", CHIEF),), "review", DEPUTY, ""),
        ((SUBMIT,), "review", CHIEF, ""),
        ((SUBMIT, REVIEW), "review", DEPUTY, ""),
        ((SUBMIT, REVIEW), "sign", CHIEF, "post-duty"),
        ((SUBMIT, ("review", HEAD)), "sign", HEAD, ""),
        ((SUBMIT, REVIEW), "return", DEPUTY, ""),
        ((SUBMIT, REVIEW, SIGN), "amend", DEPUTY, ""),
        ((SUBMIT, REVIEW, SIGN), "amend", HEAD, "post-duty"),
        ((("submit", CHIEF), ("review", DEPUTY), SIGN), "amend", CHIEF, "post-author"),
        ((SUBMIT, REVIEW, SIGN), "publish", CHIEF, ""),
        ((SUBMIT, REVIEW, SIGN), "publish", EDITOR, "post-duty"),
        ((SUBMIT, REVIEW, PAPER), "scan", EDITOR, ""),
    ],
)
def test_a_post_may_do_what_its_duties_say_and_nobody_decides_on_his_own_work(steps, kind, post, code):
    assert refusal(steps, kind, post) == code


def test_who_wrote_and_may_sign_may_not_sign_that():
    both = OWN.model_copy(
        update={"posts": tuple(p.model_copy(update={"acts": ("编辑", "审核", "签发")}) for p in OWN.posts)}
    )
    now = standing(acts(("submit", HEAD), ("review", DEPUTY)))
    fault = allowed(now, "sign", HEAD, both)
    assert fault is not None
    assert fault.code == "post-author"
    assert "送审稿一" in fault.message
    assert allowed(now, "sign", MAYOR, both) is None


def test_typing_in_what_another_decided_is_a_duty_too():
    assert may_type(EDITOR, OWN) is None
    assert may_type("机要员", OWN).code == "post-duty"
    assert may_type(MAYOR, OWN).code == "post-duty"


# ---------------------------------------------------------------- order


@pytest.mark.parametrize(
    ("steps", "kind", "code"),
    [
        ((), "review", "not-submitted"),
        ((), "sign", "not-submitted"),
        ((), "return", "not-submitted"),
        ((), "publish", "not-signed"),
        ((), "amend", "not-signed"),
        ((), "void", "not-published"),
        ((SUBMIT,), "sign", "not-reviewed"),
        ((SUBMIT,), "publish", "not-signed"),
        ((SUBMIT, REVIEW), "publish", "not-signed"),
        ((SUBMIT, REVIEW), "proof", "not-signed"),
        ((SUBMIT, ("return", DEPUTY)), "review", "already-returned"),
        ((SUBMIT, ("return", DEPUTY)), "sign", "already-returned"),
        ((SUBMIT, ("return", DEPUTY)), "return", "already-returned"),
        ((SUBMIT, ("return", DEPUTY)), "publish", "not-signed"),
        ((SUBMIT, REVIEW, SIGN), "review", "already-signed"),
        ((SUBMIT, REVIEW, SIGN), "sign", "already-signed"),
        ((SUBMIT, REVIEW, SIGN), "return", ""),
        ((SUBMIT, REVIEW, SIGN), "submit", ""),
        ((SUBMIT, REVIEW, SIGN), "scan", "scan-unwanted"),
        ((SUBMIT, REVIEW, PAPER, ("scan", EDITOR)), "scan", "scan-unwanted"),
        ((SUBMIT, REVIEW, SIGN), "more", "not-published"),
        ((SUBMIT, REVIEW, SIGN, PUBLISH), "return", "already-published"),
        ((SUBMIT, REVIEW, SIGN, PUBLISH), "submit", "already-published"),
        ((SUBMIT, REVIEW, SIGN, PUBLISH), "amend", "already-published"),
        ((SUBMIT, REVIEW, PAPER, PUBLISH), "scan", ""),
        ((SUBMIT, REVIEW, SIGN, PUBLISH), "scan", "scan-unwanted"),
        ((SUBMIT, REVIEW, SIGN, PUBLISH, VOID), "reprint", "already-void"),
        ((SUBMIT, REVIEW, SIGN, PUBLISH, VOID), "submit", "already-void"),
        ((SUBMIT, REVIEW, SIGN, PUBLISH, VOID), "sent", ""),
    ],
)
def test_acts_follow_in_their_order(steps, kind, code):
    able = OWN.model_copy(update={"posts": tuple(p.model_copy(update={"acts": DUTIES}) for p in OWN.posts)})
    fault = allowed(standing(acts(*steps)), kind, "机要员", able)
    assert (fault.code if fault else "") == code


DUTIES = ("编辑", "审核", "签发", "复核", "登记", "付印")


def test_after_printing_the_way_out_is_named():
    now = standing(acts(SUBMIT, REVIEW, SIGN, PUBLISH))
    fault = allowed(now, "return", HEAD, OWN)
    assert fault is not None
    assert "付印后只能更正、作废" in fault.hint


@pytest.mark.parametrize("kind", KINDS)
def test_every_act_has_a_duty_that_somebody_of_the_sample_office_has(kind):
    from builder.settings import workspace
    from builder.workflow import opening
    from tests.signoff.conftest import ROOT

    office = opening.open_workspace(workspace(ROOT)).library.office.value
    from builder.signoff.standing import DUTIES as NEEDED

    assert set(NEEDED[kind]) & {duty for post in office.posts for duty in post.acts}


def test_a_draft_has_nothing():
    assert Standing().author == ""
    assert Standing().submitted == ""


def test_versions_have_the_names_that_offices_give_them():
    assert [version_name(n) for n in (1, 2, 11)] == ["送审稿一", "送审稿二", "送审稿十一"]
