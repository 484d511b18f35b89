"""Information items and supervision findings."""

from __future__ import annotations

from typing import Literal

from builder.model.fields import Day, Model, Moment, RequiredDay, Subjects, Texts, Urgency, a


class Adoption(Model):
    """Where an item was used before (采用情况)."""

    publication: str = a("刊物", ..., "采用刊物名称")
    number: str = a("期号", "", "期号，如 第12期")
    day: Day = a("日期", None, "采用日期")
    form: Literal["", "单篇", "综合", "增刊", "专报"] = a("形式", "", "单篇、综合、增刊或专报")
    tier: str = a("级别", "", "中央、省、市、县")


class Instruction(Model):
    """A leader's written instruction (领导批示)."""

    name: str = a("姓名", "", "批示领导姓名，可空")
    post: str = a("职务", ..., "批示领导职务")
    day: Day = a("日期", None, "批示日期")
    content: str = a("内容", "", "批示内容")


class Verification(Model):
    """One check of an item's facts with somebody who knows (核实)."""

    person: str = a("谁", ..., "向谁核实：单位或姓名", min_length=1)
    when: Moment = a("时间", None, "核实时间，如 2026-06-05 16:20")
    means: str = a("方式", "", "如 电话、现场")


EditState = Literal["待编", "已编", "拟用", "留用", "不用"]


class Item(Model):
    """Front matter of an information item (信息); the body follows in Markdown."""

    title: str = a("标题", ..., "标题，句末不加标点", min_length=1)
    units: Texts = a("供稿单位", (), "供稿单位，可写多个")
    author: str = a("供稿人", "", "供稿人")
    reviewer: str = a("审核人", "", "审核人")
    approver: str = a("签发人", "", "供稿单位签发人")
    reported: Day = a("报送时间", None, "报送日期，如 2026-06-05")
    means: Literal["", "电话", "传真", "微信", "邮件", "系统", "纸质", "其他"] = a(
        "报送方式", "", "电话、传真、微信、邮件、系统、纸质或其他"
    )
    received: Moment = a("接收时间", None, "接收时间，如 2026-06-05 16:20")
    occurred: Day = a("事发时间", None, "事发日期（紧急信息必填）")
    category: Literal["", "动态", "经验", "问题", "建议", "社情民意", "紧急"] = a(
        "类别", "", "动态、经验、问题、建议、社情民意或紧急"
    )
    origin: str = a("来源", "", "来源，如 直报点")
    verified: tuple[Verification, ...] = a("核实", (), "核实情况")
    state: Literal["", EditState] = a("编辑状态", "", "待编、已编、拟用、留用或不用")
    refusal: str = a("不用理由", "", "编辑状态写 不用 时必填")
    secrecy: Literal["", "秘密", "机密", "绝密"] = a("密级", "", "普通环境下不得填写")
    urgency: Urgency = a("紧急程度", "", "特急、加急或急件")
    request: str = a("约稿编号", "", "约稿编号")
    subjects: Subjects = a("主题词", (), "年度合订本的主题索引用的词，可写多个；空则从标题中取")
    attachments: Texts = a("附件", (), "随稿附件名称")
    adoptions: tuple[Adoption, ...] = a("采用情况", (), "采用情况")
    instructions: tuple[Instruction, ...] = a("领导批示", (), "领导批示")
    points: str = a("得分", "", "采用得分")
    note: str = a("备注", "", "备注，不印出")


class Feedback(Model):
    """One report on progress (反馈)."""

    day: Day = a("日期", None, "反馈日期")
    progress: str = a("进展", "", "进展情况")
    trouble: str = a("问题", "", "存在问题")
    following: str = a("下一步", "", "下一步打算")


class Extension(Model):
    """An extension of the deadline (延期)."""

    approver: str = a("批准人", ..., "批准人职务")
    deadline: RequiredDay = a("新时限", ..., "新的完成时限")


class Matter(Model):
    """A supervision task (督查事项, kind 事项)."""

    kind: Literal["事项"] = a("种类", "事项", "事项 或 问题")
    number: str = a("编号", ..., "编号，原样印出", min_length=1)
    category: Literal["", "决策督查", "专项查办", "批示件", "会议议定", "建议提案"] = a(
        "类别", "", "决策督查、专项查办、批示件、会议议定或建议提案"
    )
    aspect: str = a("方面", "", "所属方面")
    matter: str = a("事项", ..., "事项内容", min_length=1)
    basis: str = a("立项依据", "", "立项依据")
    leader: str = a("分管领导", "", "市级分管领导职务")
    lead_unit: str = a("牵头单位", "", "牵头单位")
    units: Texts = a("责任单位", (), "责任单位，可写多个")
    person: str = a("责任人", "", "责任人职务")
    received: Day = a("收件日", None, "收件日")
    assigned: Day = a("交办日", None, "交办日")
    deadline: Day = a("完成时限", None, "完成时限")
    feedback: tuple[Feedback, ...] = a("反馈", (), "反馈记录")
    state: Literal[
        "", "立项", "交办", "办理中", "催办", "反馈", "审核", "退回重办", "办结", "销号", "完成", "有序", "滞后"
    ] = a("状态", "", "立项、交办、办理中、催办、反馈、审核、退回重办、办结、销号；分工事项用 完成、有序、滞后")
    extensions: tuple[Extension, ...] = a("延期", (), "延期记录")
    closed: Day = a("办结日", None, "办结日")
    returns: str = a("退回次数", "", "退回次数")
    struck: Day = a("销号日", None, "销号日")
    subjects: Subjects = a("主题词", (), "年度合订本的主题索引用的词，可写多个")
    note: str = a("备注", "", "备注")


class Problem(Model):
    """What an inspection found (督查事项, kind 问题)."""

    kind: Literal["问题"] = a("种类", ..., "事项 或 问题")
    number: str = a("编号", ..., "编号，原样印出", min_length=1)
    site: str = a("点位", ..., "点位", min_length=1)
    problem: str = a("问题描述", ..., "问题描述", min_length=1)
    territory: str = a("属地", "", "属地")
    units: Texts = a("责任单位", (), "责任单位，可写多个")
    demand: str = a("整改要求", "", "整改要求")
    deadline: Day = a("整改时限", None, "整改时限")
    progress: str = a("整改情况", "", "整改情况")
    photos: Texts = a("照片", (), "照片文件名")
    subjects: Subjects = a("主题词", (), "年度合订本的主题索引用的词，可写多个")
    note: str = a("备注", "", "备注")


Finding = Matter | Problem
