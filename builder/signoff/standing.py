"""How far an issue has come, read from its acts, and who may do what to it next (docs/编辑手册.md, 送审、签发、付印)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from builder.errors import Fault, Place
from builder.model import Office
from builder.records import Act, Kind
from builder.words import chinese_number

State = Literal["草稿", "送审", "审核", "签发", "清样", "退回", "付印", "作废"]

DUTIES: Mapping[Kind, tuple[str, ...]] = {
    "start": ("登记",),
    "submit": ("编辑",),
    "review": ("审核",),
    "sign": ("签发",),
    "return": ("审核", "签发", "复核"),
    "amend": ("复核",),
    "scan": ("登记", "编辑", "付印"),
    "proof": ("编辑", "付印"),
    "publish": ("付印",),
    "void": ("签发",),
    "reprint": ("签发",),
    "more": ("签发",),
    "sent": ("登记",),
    "close": ("登记",),
}
"""The duties (``可办`` of a post) of which one is enough to decide an act."""
TYPING: tuple[str, ...] = ("编辑", "登记", "付印")
"""The duties of which one is enough to type in what another post decided."""

_NAMES: Mapping[Kind, str] = {
    "start": "登记起号",
    "submit": "送审",
    "review": "审核",
    "sign": "签发",
    "return": "退回",
    "amend": "作非实质性改动",
    "scan": "补扫描件",
    "proof": "出清样",
    "publish": "付印",
    "void": "作废",
    "reprint": "更正重印",
    "more": "加印",
    "sent": "登记分发",
    "close": "关闭年度",
}
_OFFICE = Place("content/office.yaml")
_AFTER = frozenset({"void", "reprint", "more", "sent"})  # acts on what has been published


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an issue has come.

    ``version`` is that submitted last (0 before the first); ``reviews`` are the reviews of that version. ``sign`` is the
    sign-off in force, None where there is none, and ``signed`` the hash of what it stands for, amendments counted in.
    ``unscanned`` says that it was signed on paper and no scan has come, ``scan`` is the one that came later. ``last`` is
    the last act of all.
    """

    state: State = "草稿"
    version: int = 0
    submit: Act | None = None
    reviews: tuple[Act, ...] = ()
    sign: Act | None = None
    signed: str = ""
    amendments: tuple[Act, ...] = ()
    unscanned: bool = False
    scan: Act | None = None
    returned: Act | None = None
    publish: Act | None = None
    void: Act | None = None
    last: Act | None = None

    @property
    def author(self) -> str:
        """The post that submitted the version in hand; "" before the first."""
        return self.submit.by if self.submit else ""

    @property
    def submitted(self) -> str:
        """The hash of what was submitted last; "" before the first."""
        return str(self.submit.data["signed"]) if self.submit else ""


def name(kind: Kind) -> str:
    """What an act is called, as a verb."""
    return _NAMES[kind]


def remark(kind: Kind, data: Mapping[str, Any]) -> str:
    """What was said with an act besides who and when: a reason, the day and the scan of a sign-off on paper; "" for nothing."""
    told = [str(data.get("reason", ""))]
    if kind == "sign" and data.get("paper"):
        told.append(f"纸上签发 {data['day']}，{'有扫描件' if data['scan'] else '当时没有扫描件'}")
    return "；".join(part for part in told if part)


def version_name(version: int) -> str:
    """送审稿一, 送审稿二 and so on."""
    return f"送审稿{chinese_number(version)}"


def standing(acts: Sequence[Act]) -> Standing:
    """How far an issue has come by its acts, which are given in the order of the chain."""
    found = Standing()
    for act in acts:
        found = replace(_after(found, act), last=act)
    return found


def _after(now: Standing, act: Act) -> Standing:
    """The standing after one more act."""
    match act.kind:
        case "submit":
            return Standing("送审", int(act.data["version"]), act)
        case "review":
            return replace(now, state="审核", reviews=(*now.reviews, act))
        case "sign":
            paper = bool(act.data["paper"]) and not act.data["scan"]
            return replace(now, state="签发", sign=act, signed=str(act.data["signed"]), unscanned=paper)
        case "scan":
            return replace(now, unscanned=False, scan=act)
        case "amend":
            signed = str(act.data["signed"])
            return replace(now, state="签发", signed=signed, amendments=(*now.amendments, act))
        case "return":
            return Standing("退回", now.version, now.submit, returned=act)
        case "proof":
            return replace(now, state="清样") if now.state == "签发" else now
        case "publish":
            return replace(now, state="付印", publish=act)
        case "void":
            return replace(now, state="作废", void=act)
        case _:
            return now


def allowed(now: Standing, kind: Kind, post: str, office: Office) -> Fault | None:
    """Why a post may not do this to an issue; None when it may.

    The post must be one of the office's, its 可办 must name the duty, it must not have written what it would decide on, and
    the act must be one that can follow.
    """
    return may(kind, post, office) or out_of_order(now, kind) or _own_work(now, kind, post)


def may(kind: Kind, post: str, office: Office) -> Fault | None:
    """Why a post may not decide such an act, whatever the issue; None when it may."""
    return _lacks(post, office, DUTIES[kind], "复核" if kind == "amend" else name(kind))


def may_type(post: str, office: Office) -> Fault | None:
    """Why a post may not type in what another decided; None when it may."""
    return _lacks(post, office, TYPING, "代为登记")


def _lacks(post: str, office: Office, duties: Sequence[str], what: str) -> Fault | None:
    known = {p.name: p for p in office.posts}
    able = "".join(f"“{p.name}”" for p in office.posts if set(p.acts) & set(duties)) or "（还没有）"
    wanted = "或".join(duties)
    if post not in known:
        hint = f"写 office.yaml“职务”中的职务；可以{what}的：{able}。"
        return Fault("post-unknown", "error", _OFFICE, f"“职务”中没有“{post}”。", hint)
    if not set(known[post].acts) & set(duties):
        hint = f"由可以{what}的职务办：{able}；或在 office.yaml 中给“{post}”的“可办”加上{wanted}。"
        return Fault("post-duty", "error", _OFFICE, f"“{post}”的“可办”中没有{wanted}，不能{what}。", hint)
    return None


def _own_work(now: Standing, kind: Kind, post: str) -> Fault | None:
    """Author ≠ approver: who submitted the version neither reviews nor signs it, nor checks changes to it."""
    if kind not in ("review", "sign", "amend") or post != now.author:
        return None
    verb = "复核" if kind == "amend" else name(kind)
    message = f"{version_name(now.version)}是“{post}”送审的，不能由自己{verb}。"
    return Fault("post-author", "error", Place(""), message, f"请另一个可以{verb}的职务办理。")


def out_of_order(now: Standing, kind: Kind) -> Fault | None:
    """Why an act cannot follow what has been done to an issue; None when it can."""
    late_scan = kind == "scan" and now.unscanned
    if now.state == "作废":
        return None if kind == "sent" or late_scan else _ended(now, kind)
    if now.state == "付印":
        return None if kind in _AFTER or late_scan else _printed(now, kind)
    if kind in _AFTER:
        hint = f"付印以后才能{name(kind)}；现在的状态是：{now.state}。"
        return Fault("not-published", "error", Place(""), f"这一期还没有付印，不能{name(kind)}。", hint)
    if kind in ("review", "sign", "return"):
        return _undecided(now, kind)
    if kind in ("amend", "scan", "proof", "publish"):
        return _unsigned(now, kind)
    return None


def _ended(now: Standing, kind: Kind) -> Fault:
    hint = "号和这一期都留在登记里；内容要再发，另建一期送审。"
    return Fault("already-void", "error", Place(""), f"这一期已经作废，不能{name(kind)}。", hint)


def _printed(now: Standing, kind: Kind) -> Fault:
    if kind == "scan":
        return _no_scan_wanted(now)
    message = f"这一期已经付印，不能{name(kind)}。"
    hint = "付印后只能更正、作废：内容有错，用 jianbao correct 另发更正启事，或更正重印；整期不算，用 jianbao void。"
    return Fault("already-published", "error", Place(""), message, hint)


def _undecided(now: Standing, kind: Kind) -> Fault | None:
    """``review``, ``sign`` and ``return`` need a version that is waiting."""
    if now.submit is None:
        message = f"这一期还没有送审，不能{name(kind)}。"
        return Fault("not-submitted", "error", Place(""), message, "先由编辑送审：jianbao submit 期 --as 职务。")
    if now.returned is not None:
        message = f"{version_name(now.version)}已由“{now.returned.by}”退回，不能{name(kind)}。"
        return Fault("already-returned", "error", Place(""), message, "改好后重新送审：jianbao submit 期 --as 职务。")
    if kind == "return":
        return None
    if now.sign is not None:
        message = f"{version_name(now.version)}已由“{now.sign.by}”签发，不必再{name(kind)}。"
        hint = "内容没有变，接着出清样、付印；变了，重新送审。"
        return Fault("already-signed", "error", Place(""), message, hint)
    if kind == "sign" and not now.reviews:
        message = f"{version_name(now.version)}还没有审核，不能签发。"
        return Fault("not-reviewed", "error", Place(""), message, "先审核：jianbao review 期 --as 职务。")
    return None


def _unsigned(now: Standing, kind: Kind) -> Fault | None:
    """``amend``, ``scan``, ``proof`` and ``publish`` need a sign-off in force."""
    if now.sign is not None:
        return _no_scan_wanted(now) if kind == "scan" and not now.unscanned else None
    if now.submit is None:
        far = "这一期还没有送审"
    elif now.returned is not None:
        far = f"{version_name(now.version)}已退回"
    else:
        far = f"{version_name(now.version)}还没有签发"
    steps = {"草稿": "送审、审核、签发", "退回": "改好、重新送审、审核、签发", "送审": "审核、签发"}.get(
        now.state, "签发"
    )
    message = f"{far}，不能{name(kind)}。"
    return Fault("not-signed", "error", Place(""), message, f"还要：{steps}。未经签发的一律不付印。")


def _no_scan_wanted(now: Standing) -> Fault:
    paper = now.sign is not None and bool(now.sign.data["paper"])
    message = "签发件的扫描件已经入档，不能再补。" if paper else "这一期不是纸上签发，没有扫描件要补。"
    return Fault("scan-unwanted", "error", Place(""), message, "用 jianbao log 期 看办理经过。")
