"""Thirty invented issues of one to fifteen pages, the same for a seed on every machine: what parity figures are measured on.

``workspace(folder)`` makes a whole workspace, with the repository's templates and content of its own, so that every issue
takes the way that an editor's issue takes. Cities, units and figures are invented; sentences vary with the seed.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(1, 31)
_PAGE = 520  # characters of running text that fill a page, short last lines and headings counted
_FIRST = 330  # what fits on a first page beside masthead and foot

OFFICE = """\
名称: 中共沅川市委办公室
编印单位:
  gongzuo-xinxi: 中共沅川市委办公室
  ducha-kuaixun: 中共沅川市委督查室
  ducha-tongbao: 中共沅川市委督查室
单位:
  - {全称: 沅川市水务局, 简称: 市水务局}
  - {全称: 沅川市粮食和物资储备局, 简称: 市粮储局}
  - {全称: 沅川市交通运输局, 简称: 市交通运输局}
  - {全称: 沅川市数据局, 简称: 市数据局}
  - {全称: 中共沅川市委督查室, 简称: 市委督查室}
  - {全称: 中共栎阳县委办公室, 简称: 栎阳县委办}
  - {全称: 中共石汀县委办公室, 简称: 石汀县委办}
分发组:
  - {组: 领导, 名称: 市委常委，市人大常委会、市政府、市政协主要领导同志, 份数: 18}
  - {组: 部门, 名称: 市委各部委办，市直各单位, 份数: 60}
  - {组: 县区, 名称: 各县（市、区）委办公室, 份数: 20}
  - {组: 乡镇, 名称: 各乡镇（街道）党（工）委, 份数: 96}
分发名单:
  gongzuo-xinxi: {报: [领导], 送: [部门], 发: [县区, 乡镇], 存档: 2, 备用: 3}
  ducha-kuaixun: {报: [领导], 送: [部门], 存档: 2, 备用: 3}
  ducha-tongbao: {报: [领导], 送: [部门], 发: [县区], 存档: 2, 备用: 3}
"""

UNITS = ("市水务局", "市粮储局", "市交通运输局", "市数据局", "栎阳县委办", "石汀县委办")
_PLACES = ("栎阳县", "石汀县", "桐坞区", "南渚新区", "白岭镇", "汀东街道", "鹤浦乡", "云槎开发区")
_MATTERS = (
    "抗旱保供水", "粮食收储", "农村公路养护", "政务数据共享", "老旧小区改造", "山洪灾害防御", "校园食品安全", "河湖清漂保洁",
)  # fmt: skip
_DEEDS = ("“一张清单”管到底", "当日办结", "“三查三改”补短板", "挂图作战", "上门解难题", "多跑路、少推诿")
_QUOTES = ("回头看", "最后一公里", "四不两直", "一件事一次办", "马上就办、真抓实干", "等、靠、要")
_PAPERS = ("关于进一步做好{m}工作的意见", "沅川市{m}三年行动方案（2026—2028年）", "{m}工作规程", "{m}“十五五”规划")
_LATIN = ("5G+", "LNG", "BIM", "App", "GIS", "PM2.5", "Wi-Fi", "AI", "QR码", "V2.0版")
_SECTIONS = ("重点工作", "经验交流", "问题与建议", "简讯")
_LEVEL1 = ("总体情况", "主要做法", "存在问题", "下一步要求", "有关事项")
_LEVEL2 = (
    "压实各级责任", "盯住薄弱环节", "做好要素保障", "抓好整改落实", "强化督促检查", "完善长效机制", "改进工作作风", "防止问题反弹",
)  # fmt: skip

_SENTENCES = (
    "截至{m}月{d}日，{place}{matter}累计完成投资{big}亿元，占年度计划的{p}%，同比增长{q}%，高于全市平均水平{small}个百分点。",
    "{place}对照《{paper}》和《{paper2}》，逐条梳理出“{quote}”方面的问题{n}个，已整改{few}个，其余于{m}月底前整改到位。",
    "督查发现，有的单位对{matter}重视不够，“{quote}”“{quote2}”还停留在口头上；有的台账不清，{n}件来件只登记了{few}件。",
    "{year}年{m}月{d}日至{d2}日，市委督查室会同{unit}、{unit2}等{few}个单位，抽查{n}个村（社区），走访群众{thousand}人次。",
    "其中，A区“{latin}智慧{matter}”平台接入点位{thousand}个，B区{latin2}终端在线率{p}%，C区仍在调试。",
    "——{matter}方面，新建改建{n}处，完成率{p}%；管护方面，落实管护员{thousand}名，月均巡查{few}次……",
    "群众反映：“窗口排队要{n}分钟，材料要跑{few}趟，能不能在网上办？”{unit}当天答复：“{d2}日前开通。”",
    "会议指出，做好{matter}工作，关键在人、关键在干；要“{quote}”，不能“{quote2}”，更不能把说了当做了、把做了当做好了。",
    "{unit}（牵头单位）和{unit2}（配合单位）要在{few}个工作日内提出方案，报市委办公室（联系电话：0000-{phone}）。",
    "{place}降水量仅{small}毫米，较常年同期偏少{p}%，日最高气温{d2}℃以上的天数达{few}天，{n}座小型水库低于死水位。",
    "全市{n}个乡镇（街道）中，进度在{p}%以上的有{few}个，{q}%～{p}%的有{few2}个，{place}、{place2}进度靠后。",
    "资料显示，{thousand}公里农村公路中，四级及以上公路占{p}%，路面宽度4.5米以下的有{small}公里，需加宽改造。",
    "为此，{place}实行“日调度、周通报、月讲评”，{d}日{few}:30和{d2}日17:30两次会商，现场交办（含电话交办）问题{n}个。",
    "据{unit}统计，今年前{few}个月共办理来信来访{thousand}件（次），按期办结率{p}%，群众满意率{q}%。",
    "{place2}{matter}项目总投资{big}万元，资金由市、县（区）按6:4比例分担；截至目前，到位{q}%，缺口较大。",
    "各地各单位要把{matter}同主题教育、基层减负、风险防范结合起来，既要治标、更要治本，既看数量、更看质量，防止边改边犯。",
    "整改材料请于{m}月{d2}日前发至邮箱dcs{few}@example.gov.cn，逾期不报的，按《{paper}》第{few}条、第{few2}条处理。",
    "{place}的做法，一是“早”，{m}月初就动手；二是“细”，细到每一户、每一口井；三是“实”，谁主管、谁签字、谁负责。",
    "经查，该项目于{year}年{m}月立项〔文号：沅发改〔{year}〕{n}号〕，{d}日开工，因用地手续补正{few}次，比计划晚{n}天。",
    "有的同志说得好：群众的事，再小也是大事；办好一件，胜过空谈十件！《{paper2}》的落实，最终要看群众满意不满意。",
)
# As in real bulletins, about half of the sentences hold no figures.
_PROSE = (
    "{place}坚持把{matter}作为“一把手”工程来抓，党委定期听汇报，政府逐项抓落实，分管领导每周到现场协调解决具体问题。",
    "从督查情况看，多数单位认识到位、措施有力、成效明显，但也有少数单位工作标准不高，习惯于以会议落实会议、以文件落实文件。",
    "{unit}会同{unit2}建立联席会议制度，把任务细化到岗、责任落实到人，做到件件有着落、事事有回音、项项见成效。",
    "群众普遍反映，过去办事要跑好几个部门，现在进一扇门、找一个人、填一张表就能办成，等候的时间短了，跑的冤枉路少了。",
    "问题的根子，在于责任没有压实、压力没有传导：有的领导挂帅不出征，有的部门推诿扯皮，有的干部怕担责、不作为。",
    "{place2}组织党员干部进村入户，面对面听取意见，心贴心解释政策，实打实解决困难，赢得了群众的理解、信任和支持。",
    "下一步，要紧盯短板弱项，倒排工期、挂图作战，对进展缓慢的及时提醒，对弄虚作假的严肃追责，确保{matter}各项任务按期完成。",
    "要加强宣传引导，充分利用广播、公开栏、微信群等群众喜闻乐见的形式，讲清政策、讲透道理，营造全社会共同参与的良好氛围。",
    "对群众反映强烈的突出问题，由市级领导包案督办，责任单位主要负责人到一线调处，办理结果向社会公开，接受群众监督。",
    "{place}还把{matter}与文明创建、产业发展、平安建设统筹考虑，同部署、同推进、同考核，避免了“两张皮”现象。",
    "《{paper}》印发后，各地迅速传达学习，结合实际制定方案，明确“时间表”“路线图”，工作推进有力有序有效。",
    "需要注意的是，少数村（社区）对政策理解不深不透，存在简单化、“一刀切”的倾向，必须引起高度重视，切实加以纠正。",
    "{unit}建立“红黑榜”，先进的上台谈经验，落后的当面说原因，形成了比学赶超、争先进位的浓厚氛围。",
    "实践证明，只有把群众呼声作为第一信号，把群众满意作为第一标准，{matter}才能赢得民心、取得实效……",
    "——坚持系统观念。统筹当前和长远、局部和全局、发展和安全，防止顾此失彼、单兵突进，推动各项工作协同配合、整体提升。",
    "同时，{place2}注重发挥基层群众自治组织作用，把{matter}写进村规民约，由“要我干”变成了“我要干”。",
)
_SHORT = (
    "{place}行动迅速，成效较好。",
    "{unit}已将情况通报有关单位。",
    "以上{few}项，均已列入台账。",
    "问题不解决，督查不停步。",
)


class Writer:
    """Text drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(f"jianbao-{seed}")

    def fill(self, text: str) -> str:
        draw = self.draw
        matter = draw.choice(_MATTERS)
        place, place2 = draw.sample(_PLACES, 2)
        unit, unit2 = draw.sample(UNITS, 2)
        quote, quote2 = draw.sample(_QUOTES, 2)
        papers = [p.format(m=draw.choice(_MATTERS)) for p in draw.sample(_PAPERS, 2)]
        latin, latin2 = draw.sample(_LATIN, 2)
        return text.format(
            matter=matter, place=place, place2=place2, unit=unit, unit2=unit2, quote=quote, quote2=quote2,
            paper=papers[0], paper2=papers[1], latin=latin, latin2=latin2, m=draw.randint(1, 6), d=draw.randint(1, 15),
            d2=draw.randint(16, 30), year=draw.choice((2024, 2025, 2026)), n=draw.randint(11, 98), few=draw.randint(2, 9),
            few2=draw.randint(2, 9), p=f"{draw.uniform(60, 99):.1f}", q=draw.randint(12, 59), small=f"{draw.uniform(1, 9):.1f}",
            big=f"{draw.uniform(10, 2000):.2f}", thousand=draw.choice((128, 1206, 3587, 12640, 35871)),
            phone=draw.randint(20000000, 89999999),
        )  # fmt: skip

    def paragraph(self, sentences: int) -> str:
        chosen = self.draw.sample(_SENTENCES + _PROSE, sentences)
        if self.draw.random() < 0.25:
            chosen.append(self.draw.choice(_SHORT))
        return "".join(self.fill(s) for s in chosen)

    def text(self, room: int) -> list[str]:
        """Paragraphs of about ``room`` characters, with bold here and there and a list where there is space for one."""
        lines: list[str] = []
        while (room := room - 28 * -(-len(lines[-1]) // 28) if lines else room) > 40:
            line = self.paragraph(1 if room < 120 else self.draw.randint(1, 3))
            if self.draw.random() < 0.15:
                head, stop, rest = line.partition("，")
                line = f"**{head}**{stop}{rest}"
            lines.append(line)
        if len(lines) > 6:
            lines.insert(4, "\n".join(f"- {self.fill(s)}" for s in self.draw.sample(_SHORT, 3)) + "\n")
        return lines

    def leveled(self, room: int) -> list[str]:
        """Text under the four levels: 一、 alone, （一） alone or run in, 1. and （1） run in."""
        parts = max(2, min(5, room // 400))
        lines = self.text(room // (parts + 1))
        for n, name in enumerate(_LEVEL1[:parts]):
            lines.append(f"{'一二三四五'[n]}、{name}")
            lines += self._second(room // (parts + 1))
        return lines

    def _second(self, room: int) -> list[str]:
        heads = self.draw.sample(_LEVEL2, max(2, min(6, room // 260)))
        lines, each = [], room // len(heads)
        for n, head in enumerate(heads):
            mark, style = "一二三四五六"[n], self.draw.randrange(3)
            text = self.text(max(each, 60))
            if style == 0:
                lines += [f"（{mark}）{head}", *text]
            elif style == 1:
                lines += [f"（{mark}）{head}。{text[0]}", *text[1:]]
            else:
                serials = [f"{k}.{name}。{self.paragraph(1)}" for k, name in enumerate(self.draw.sample(_LEVEL2, 2), 1)]
                details = [f"（{k}）{self.fill(s)}" for k, s in enumerate(self.draw.sample(_SHORT, 2), 1)]
                lines += [f"（{mark}）{head}。{text[0]}", *serials, *details]
        return lines

    def table(self, rows: int) -> str:
        """A table with a head of two rows."""
        names = list(_PLACES)[:rows]
        body = ""
        for name in names:
            handed, done = self.draw.randint(60, 99), self.draw.randint(20, 59)
            body += f"| {name} | {handed} | {done} | {100 * done / handed:.1f}% | {self.fill('{matter}进度偏慢')} |\n"
        return (
            f"\n表题：{self.fill('{matter}事项办理情况')}\n单位：件\n| 地区 | 办理 | < | < | 备注 |\n"
            f"| ^ | 交办 | 办结 | 办结率 | ^ |\n|---|---|---|---|---|\n{body}注：数据由各地报送，截至6月30日。\n"
        )

    def title(self) -> str:
        return self.fill(f"{{place}}{{matter}}{self.draw.choice(_DEEDS)}")


def pages_aimed_at(seed: int) -> int:
    """Pages that the issue of a seed is written for; layout decides."""
    return (seed - 1) % 15 + 1


def workspace(folder: Path, seeds: Iterable[int] = SEEDS) -> list[str]:
    """Make a workspace at ``folder`` with one issue for each seed (``generated/01`` …); gives the issues' ids in order."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    for name in ("items", "issues/generated", "findings"):
        (folder / "content" / name).mkdir(parents=True)
    (folder / "content/office.yaml").write_text(OFFICE, encoding="utf-8")
    return [_issue(folder / "content", seed) for seed in seeds]


def _issue(content: Path, seed: int) -> str:
    writer, pages = Writer(seed), pages_aimed_at(seed)
    room = _FIRST + (pages - 1) * _PAGE
    if pages <= 2:
        text = _quick(content, seed, writer, room)
    elif seed % 2:
        text = _notice(content, seed, writer, room)
    else:
        text = _news(content, seed, writer, room)
    day = f"日期: 2026-07-{seed % 28 + 1:02}\n期号: {seed}\n页数: 不超过30\n"
    (content / f"issues/generated/{seed:02}.yaml").write_text(text + day, encoding="utf-8")
    return f"generated/{seed:02}"


def _item(content: Path, name: str, title: str, lines: Sequence[str], unit: str) -> str:
    path = content / "items" / f"{name}.md"
    path.write_text(f"---\n标题: {title}\n供稿单位: {unit}\n---\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return name


def _quick(content: Path, seed: int, writer: Writer, room: int) -> str:
    """《督查快讯》: one matter."""
    lines = writer.text(room - 80)
    name = _item(content, f"{seed:02}", writer.title(), lines, "市委督查室")
    return f"刊物: ducha-kuaixun\n条目:\n  - 信息: '{name}'\n"


def _notice(content: Path, seed: int, writer: Writer, room: int) -> str:
    """《督查通报》: levels, a table, addressees, and from seven pages on two annexes."""
    annexes = room > 6 * _PAGE
    lines = writer.leveled(room - 500 - (900 if annexes else 0))
    lines.insert(1, writer.table(6))
    name = _item(content, f"{seed:02}", writer.fill("关于{matter}工作督查情况的通报"), lines, "市委督查室")
    text = f"刊物: ducha-tongbao\n主送: [各县（市、区）委, 市直各单位]\n编者按: {writer.paragraph(1)}\n"
    text += f"条目:\n  - 信息: '{name}'\n"
    if annexes:
        text += "附件:\n"
        for n, part in enumerate((writer.text(400), [writer.table(8)])):
            title = writer.fill(("{matter}重点任务说明", "各地{matter}办理情况表")[n])
            annex = _item(content, f"{seed:02}-附{n + 1}", title, part, "市委督查室")
            text += f"  - {{标题: {title}, 信息: '{annex}'}}\n"
    return text


def _news(content: Path, seed: int, writer: Writer, room: int) -> str:
    """《工作信息》: items under sections with signatures, a contents list, a 编者按, one table."""
    count = max(3, min(7, room // 480))
    text = f"刊物: gongzuo-xinxi\n总期: {300 + seed}\n"
    if count < 6:  # a first page shows text, too
        text += f"编者按: {writer.fill(_SHORT[2])}\n"
    text += "栏目:\n"
    per_section = -(-count // len(_SECTIONS))
    each = room // count - 80
    for n in range(count):
        if n % per_section == 0:
            text += f"  - 名称: {_SECTIONS[n // per_section]}\n    条目:\n"
        lines = writer.leveled(each) if each > 1200 else writer.text(each)
        if n == 1 and room > 3 * _PAGE:
            lines.insert(1, writer.table(5))
        name = _item(content, f"{seed:02}-{n + 1:02}", writer.title(), lines, writer.draw.choice(UNITS))
        text += f"      - 信息: '{name}'\n"
    return text
