"""``content/office.yaml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from builder.model.fields import FullDay, Model, Texts, Whole, YesNo, a, listed

Duty = Literal["编辑", "审核", "签发", "复核", "登记", "付印"]


class Unit(Model):
    """A unit of the office's own roster."""

    name: str = a("全称", ..., "单位全称", min_length=1)
    short: str = a("简称", ..., "供稿署名用的简称", min_length=1)
    kind: Literal["", "县（市、区）", "市直部门", "乡镇（街道）"] = a(
        "类别", "", "县（市、区）、市直部门或乡镇（街道）"
    )


class Post(Model):
    """A post and the acts it may do (trust, not authentication)."""

    name: str = a("职务", ..., "职务", min_length=1)
    acts: Annotated[tuple[Duty, ...], BeforeValidator(listed)] = a(
        "可办", (), "可办的手续：编辑、审核、签发、复核、登记、付印"
    )


class RecipientGroup(Model):
    """A recipient group: one phrase in the foot and its copies; ``since`` and ``until`` are the first and last day of its issues."""

    name: str = a("组", ..., "组名，供名单引用", min_length=1)
    text: str = a("名称", ..., "印在报尾的文字", min_length=1)
    copies: Whole = a("份数", ..., "份数", ge=1)
    since: FullDay = a("起", None, "从哪天的期起收文，如 2026-01-01；一般空")
    until: FullDay = a("止", None, "收到哪天的期为止；一般空")


class Distribution(Model):
    """A publication's standing distribution list."""

    report: Texts = a("报", (), "报")
    send: Texts = a("送", (), "送")
    issue: Texts = a("发", (), "发")
    file: Whole = a("存档", 0, "存档份数", ge=0)
    spare: Whole = a("备用", 0, "备用份数", ge=0)


_OFFSET = r"^[-+]?[0-9](\.[0-9]{1,2})?$"


class Printer(Model):
    """A printer and how far its print must be moved to meet pre-printed paper (套打); mm, less than 10."""

    name: str = a("名称", ..., "打印机的叫法，供 --打印机 使用", min_length=1)
    right: str = a("右", "0", "整版右移多少 mm，左移写负数", pattern=_OFFSET)
    down: str = a("下", "0", "整版下移多少 mm，上移写负数", pattern=_OFFSET)


class Office(Model):
    """``content/office.yaml``."""

    name: str = a("名称", ..., "机关名称", min_length=1)
    publishers: dict[str, str] = a("编印单位", {}, "各刊物的编印单位；空则用机关名称")
    classified: YesNo = a("涉密环境", "否", "本机是否为涉密环境")
    units: tuple[Unit, ...] = a("单位", (), "单位名册")
    posts: tuple[Post, ...] = a("职务", (), "职务")
    groups: tuple[RecipientGroup, ...] = a("分发组", (), "分发组")
    distributions: dict[str, Distribution] = a("分发名单", {}, "各刊物的分发名单")
    register_url: str = a("登记簿", "", "多台机器共用的 PostgreSQL 地址；空则用本机 output/register.sqlite")
    substitutes: Literal["不允许", "允许"] = a("代用字体付印", "不允许", "允许：没有正式字体时也可付印")
    fonds: str = a("全宗号", "", "全宗号，写入归档元数据")
    printers: tuple[Printer, ...] = a("打印机", (), "套打用的打印机")
