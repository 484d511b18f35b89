"""The work measured: issues of 6 items of 600 characters with a 12-row table, masthead and foot."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 6
CHARACTERS = 600
ROWS = 12

_SENTENCES = (
    "今年以来，市水利局坚持把抗旱保供水作为头等大事，逐村逐户摸排缺水情况，对{n}处水源点实行台账管理。",
    "全市累计投入抗旱资金{n}万元，出动机械1{n}台套，新打机井36眼，铺设应急管网12.5公里。",
    "（一）压实工作责任。实行“日调度、周通报”制度，6月8日10时30分前各县（市、区）全部上报进展。",
    "截至5月31日，38项重点任务已完成{n}项，占26.3%；有序推进22项，占57.9%；滞后6项，占15.8%。",
    "针对群众反映的窗口排队时间长问题，车辆管理所增设自助设备3台，平均等候时间由120分钟压缩到20分钟以内。",
    "下一步，将按照《关于做好2026年防汛抗旱工作的通知》要求，继续做好水量调度、水质监测和应急送水。",
)

_OFFICE = """\
名称: 临澜市委办公室
单位:
  - {全称: 临澜市水利局, 简称: 市水利局}
  - {全称: 临澜市农业农村局, 简称: 市农业农村局}
分发组:
  - {组: 领导, 名称: 市委书记、副书记、常委，市人大常委会、市政府、市政协主要领导, 份数: 18}
  - {组: 部门, 名称: 市直各部委办局, 份数: 60}
  - {组: 县区, 名称: 各县（市、区）委办公室, 份数: 20}
分发名单:
  gongzuo-xinxi: {报: [领导], 送: [部门], 发: [县区], 存档: 2, 备用: 3}
"""


def make(folder: Path, issues: int) -> Path:
    """A workspace with ``issues`` issues (ids ``bench/01`` …), each with items of its own; gives its folder."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    for name in ("items/bench", "issues/bench", "findings"):
        (folder / "content" / name).mkdir(parents=True)
    (folder / "content/office.yaml").write_text(_OFFICE, encoding="utf-8")
    for issue in range(1, issues + 1):
        names = [f"bench/{issue:02}-{n}" for n in range(1, ITEMS + 1)]
        for n, name in enumerate(names, 1):
            path = folder / "content/items" / f"{name}.md"
            path.write_text(_item(issue, n), encoding="utf-8")
        entries = "".join(f"  - {{信息: {name}}}\n" for name in names)
        text = f"刊物: gongzuo-xinxi\n日期: 2026-06-08\n期号: {issue}\n总期: {334 + issue}\n条目:\n{entries}"
        (folder / f"content/issues/bench/{issue:02}.yaml").write_text(text, encoding="utf-8")
    return folder


def _item(issue: int, n: int) -> str:
    head = f"---\n标题: 关于第{issue}期第{n}条抗旱保供水和森林防灭火工作进展情况的信息\n供稿单位: 市水利局\n---\n"
    body, count = "", 0
    for turn in range(100):
        sentence = _SENTENCES[turn % len(_SENTENCES)].format(n=issue * 7 + n * 3 + turn)[: CHARACTERS - count]
        count += len(sentence)
        body += sentence + ("\n" if turn % 3 == 2 else "")
        if count == CHARACTERS:
            break
    return head + body + "\n" + (_table(issue) if n == 1 else "")


def _table(issue: int) -> str:
    rows = "".join(f"| 类别{n} | {issue + 3 * n} | {issue + 2 * n} | {n} |\n" for n in range(1, ROWS + 1))
    return "\n表题：事项办理情况\n单位：件\n| 类别 | 交办 | 办结 | 在办 |\n|---|---|---|---|\n" + rows
