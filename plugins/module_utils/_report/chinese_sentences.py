# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences of the judge and of the ledger, beside the same in Chinese. What stands in braces is taken over; see language.py."""

from __future__ import annotations

from collections.abc import Mapping

WHOLE: Mapping[str, str] = {
    "cannot tell whether the rule applies to this secret: {reason}": "无法判断该规则是否适用于此凭据：{reason}",
    "cannot tell whether it has changed since the baseline: {reason}": "无法判断自基线以来是否有变化：{reason}",
    "cannot tell whether {name} is the same everywhere: {reason}": "无法判断 {name} 在各处是否一致：{reason}",
    "cannot tell whether another secret has the same values: {reason}": "无法判断是否有其他凭据具有相同的值：{reason}",
    "cannot tell whether {name} exists: an inventory lists no {kind}s": "无法判断 {name} 是否存在：清单不包含 {kind}",
    "cannot tell whether {name} exists: its state is told by no secret (details: {word})": (
        "无法判断 {name} 是否存在：没有凭据给出它的状态（details：{word}）"
    ),
    "cannot tell whether {name} exists: its state is not known: it was not asked for (details: {word})": (
        "无法判断 {name} 是否存在：它的状态未知：没有查询（details：{word}）"
    ),
    "cannot tell whether {name} exists: its state is not known (details: {word}): {cloud}": (
        "无法判断 {name} 是否存在：它的状态未知（details：{word}）：{cloud}"
    ),
    "cannot tell whether {name} exists: no inventory is known to have {service} of account {account} in {region}; {blinds}": (
        "无法判断 {name} 是否存在：没有清单包含账号 {account} 在 {region} 的 {service}；{blinds}"
    ),
    "cannot tell whether {name} exists: no inventory is known to have {service} of account {account} in {region}": (
        "无法判断 {name} 是否存在：没有清单包含账号 {account} 在 {region} 的 {service}"
    ),
    "cannot tell whether {name} exists: {blinds}": "无法判断 {name} 是否存在：{blinds}",
    "{name} was not seen, but {blinds}": "未看到 {name}，但 {blinds}",
    "{n} secret seen, {count}; {blinds}": "看到 {n} 个凭据，{count}；{blinds}",
    "{n} secrets seen, {count}; {blinds}": "看到 {n} 个凭据，{count}；{blinds}",
    "{n} secret of kind {kind} seen, {count}; {blinds}": "看到 {n} 个 {kind} 类型的凭据，{count}；{blinds}",
    "{n} secrets of kind {kind} seen, {count}; {blinds}": "看到 {n} 个 {kind} 类型的凭据，{count}；{blinds}",
    "{noun} is not known (details: {word}): {lack}": "{noun}未知（details：{word}）：{lack}",
    "{field} is not known (details: {word}): {lack}": "{field} 未知（details：{word}）：{lack}",
    "not all secrets of the store are known: {blind}": "该凭据库中的凭据未全部看到：{blind}",
    "this store is not complete in the baseline: {blind}": "该凭据库在基线中不完整：{blind}",
    "{status}": "{status}",
    "{status}: {way} ({cloud})": "{status}：{way}（{cloud}）",
    "{status}: {cloud}": "{status}：{cloud}",
    "{status} ({cloud})": "{status}（{cloud}）",
    "was listed on {day} ({span} ago; at most {span2} allowed)": "列出于 {day}（{span}前；上限 {span2}）",
    "{error} while this secret was judged": "判断此凭据时出错：{error}",
    "{error} while the settings of this store were judged": "判断该凭据库的服务设置时出错：{error}",
    "the settings of the service are not known: it was not asked for (details: {word})": "服务设置未知：没有查询（details：{word}）",
    "the settings of the service are not known: {cloud} (details: {word})": "服务设置未知：{cloud}（details：{word}）",
    "account {id} ({name}) of {entry} is in no inventory; include it, or name it under exclude": (
        "{entry} 的账号 {id}（{name}）不在任何清单中；请把它纳入，或写入 exclude"
    ),
    "nothing was collected of {entry2}, to which account {id} ({name}) of {entry} may belong": (
        "没有收集到 {entry2} 的任何内容，{entry} 的账号 {id}（{name}）可能属于它"
    ),
    "nothing was collected of {entry2}, to which account {id} of {entry} may belong": ("没有收集到 {entry2} 的任何内容，{entry} 的账号 {id} 可能属于它"),
    "account {id} of {entry} is in no inventory; include it, or name it under exclude": "{entry} 的账号 {id} 不在任何清单中；请把它纳入，或写入 exclude",
    "{n} older inventory of this store not used; the newest is of {time}": "该凭据库有 {n} 份较旧的清单未使用；最新的一份为 {time}",
    "{n} older inventories of this store not used; the newest is of {time}": "该凭据库有 {n} 份较旧的清单未使用；最新的一份为 {time}",
    "no secret that the other filters let through of the name {name} was seen, but not all of the account is known; did you mean {near}?": (
        "未看到通过其他筛选条件、名为 {name} 的凭据，但该账号未全部看到；是否要写 {near}？"
    ),
    "no secret of the name {name} was seen, but not all of the account is known; did you mean {near}?": (
        "未看到名为 {name} 的凭据，但该账号未全部看到；是否要写 {near}？"
    ),
    "the account has no secret that the other filters let through of the name {name}; did you mean {near}?": (
        "该账号没有通过其他筛选条件、名为 {name} 的凭据；是否要写 {near}？"
    ),
    "the account has no secret of the name {name}; did you mean {near}?": "该账号没有名为 {name} 的凭据；是否要写 {near}？",
    "the last day of the waiver of {rule} for {secret} with the id {id} is {day}; findings that need it: {n}": (
        "规则 {rule} 对 {secret}（id 为 {id}）的豁免截止到 {day}；依赖它的发现：{n} 条"
    ),
    "the last day of the waiver of {rule} for {secret} is {day}; findings that need it: {n}": (
        "规则 {rule} 对 {secret} 的豁免截止到 {day}；依赖它的发现：{n} 条"
    ),
    "no secret could be compared: no other store in scope differs in {keys} alone. Correct by or scopes, list the others, or write on_empty: not_applicable.": (
        "没有可以比较的凭据：范围内没有仅在 {keys} 上不同的其他凭据库。请更正比较的键或 scopes，或同时收集其他凭据库，或写 on_empty: not_applicable。"
    ),
    "no secret could be compared: no two stores have a secret of the same {field}. Correct by or scopes, list the others, or write on_empty: not_applicable.": (
        "没有可以比较的凭据：没有两个凭据库有相同 {field} 的凭据。请更正比较的键或 scopes，或同时收集其他凭据库，或写 on_empty: not_applicable。"
    ),
    "no {judged} could be judged: {silent}. Narrow scopes to clouds that tell it, or write on_empty: not_applicable if the rule need not judge anything.": (
        "没有可以判断的{judged}：{silent}。请把 scopes 限定为提供它的云；如果该规则可以不判断任何对象，请写 on_empty: not_applicable。"
    ),
    "no store fits {scopes} together with the other scopes. Correct it, or write on_empty: not_applicable if there need be no such store.": (
        "没有凭据库在其他 scopes 之外还符合 {scopes}。请更正；如果可以没有这样的凭据库，请写 on_empty: not_applicable。"
    ),
    "no store fits {scopes} together. Correct it, or write on_empty: not_applicable if there need be no such store.": (
        "没有凭据库同时符合 {scopes}。请更正；如果可以没有这样的凭据库，请写 on_empty: not_applicable。"
    ),
    "no store fits {scopes}. Correct it, or write on_empty: not_applicable if there need be no such store.": (
        "没有凭据库符合 {scopes}。请更正；如果可以没有这样的凭据库，请写 on_empty: not_applicable。"
    ),
    "no inventory has a store of {service}. Collect it, too, or write on_empty: not_applicable if it need not be judged.": (
        "没有清单包含 {service} 的凭据库。请把它也列出；如果无需判断，请写 on_empty: not_applicable。"
    ),
    "this run has not ended: {error}": "本次运行没有结束：{error}",
}
"""Sentences that can hold '; ', tried first."""

PARTS: Mapping[str, str] = {
    "is enabled": "已启用",
    "is disabled": "已禁用",
    "waits for deletion": "等待删除",
    "is deleted": "已删除",
    "is still being created": "仍在创建中",
    "could not be created": "创建失败",
    "is in a state that is not known": "状态未知",
    "was to be deleted on {dated}": "应于 {dated}删除",
    "waits for deletion on {dated}": "等待删除，删除日期 {dated}",
    "was created on {dated}": "创建于 {dated}",
    "was last changed on {dated}": "最近修改于 {dated}",
    "was last rotated on {dated}": "最近轮转于 {dated}",
    "got its newest version on {dated}": "最新版本创建于 {dated}",
    "rotation is {span} overdue": "轮转已逾期 {span}",
    "is rotated next on {dated}": "下次轮转于 {dated}",
    "the service ended on {dated}": "服务已于 {dated}到期",
    "the service ends on {dated}": "服务将于 {dated}到期",
    "the encryption key is enabled": "加密密钥已启用",
    "the encryption key is disabled": "加密密钥已禁用",
    "the encryption key waits for deletion": "加密密钥等待删除",
    "the encryption key has no key material yet": "加密密钥尚未导入密钥材料",
    "the encryption key is archived": "加密密钥已归档",
    "the encryption key does not exist": "加密密钥不存在",
    "the encryption key is not rotated": "加密密钥未开启轮转",
    "the encryption key is rotated": "加密密钥已开启轮转",
    "the service is not enabled": "服务未开通",
    "the service is enabled": "服务已开通",
    "is not rotated": "未开启轮转",
    "is rotated": "已开启轮转",
    "no change of its encryption is under way": "没有正在进行的加密方式变更",
    "a change of its encryption is under way": "加密方式正在变更",
    "is rotated every day": "每天轮转",
    "is rotated every {n} days": "每 {n} 天轮转",
    "1 thing refers to it": "有 1 处引用",
    "{n} things refer to it": "有 {n} 处引用",
    "nothing refers to it": "没有被引用",
    "1 thing refers to it: {value}": "有 1 处引用：{value}",
    "{n} things refer to it: {value}": "有 {n} 处引用：{value}",
    "has 1 version": "有 1 个版本",
    "has {n} versions": "有 {n} 个版本",
    "was rotated once": "轮转过 1 次",
    "was rotated {n} times": "轮转过 {n} 次",
    "was never rotated": "从未轮转",
    "is bound to no machine": "未绑定任何实例",
    "is bound to 1 machine: {value}": "绑定了 1 台实例：{value}",
    "is bound to {n} machines: {value}": "绑定了 {n} 台实例：{value}",
    "the cloud's answer could not be read in: {value}": "云的返回中无法读取：{value}",
    "the cloud's answer could be read in full": "云的返回可以完整读取",
    "cannot tell whether the rule applies to this secret": "无法判断该规则是否适用于此凭据",
    "cannot tell whether the rule applies to this secret, which refers to {name}": "无法判断该规则是否适用于此凭据，它指向 {name}",
    "cannot tell whether a seen secret is the required {name}": "无法判断看到的某个凭据是否就是必须有的 {name}",
    "{name} is required, but does not exist": "必须有 {name}，但它不存在",
    "cannot tell whether {name} is required here, or present": "无法判断这里是否必须有 {name}，或是否已有",
    "cannot tell whether {name} is the same everywhere": "无法判断 {name} 在各处是否一致",
    "cannot tell whether another secret has the same values": "无法判断是否有其他凭据具有相同的值",
    "cannot tell whether it has changed since the baseline": "无法判断自基线以来是否有变化",
    "{name} is in other stores, and not in this one": "{name} 在其他凭据库中有，在这里没有",
    "no inventory has this store, and secrets are required in it": "没有清单包含该凭据库，而其中必须有凭据",
    "its name is not known, so it cannot be compared": "名称未知，无法比较",
    "has the same {nouns} as {others}": "{nouns}与以下凭据相同：{others}",
    "added since the baseline": "基线之后新增",
    "removed since the baseline": "基线之后被移除",
    "the baseline has this store, and today's inventories do not": "基线中有该凭据库，当前清单中没有",
    "the baseline does not have this store": "基线中没有该凭据库",
    "the baseline was collected after this inventory": "基线的采集时间晚于该清单",
    "the partitions or filters of the baseline differ": "基线的分区或筛选条件不同",
    "in the baseline this name means account {id}": "在基线中，该名称对应账号 {id}",
    "refers to {name}, which does not exist in the keys of {region}": "指向的 {name} 在 {region} 的密钥中不存在",
    "refers to {name}, which does not exist in {store}": "指向的 {name} 在 {store} 中不存在",
    "{n} secret seen, {count}": "看到 {n} 个凭据，{count}",
    "{n} secrets seen, {count}": "看到 {n} 个凭据，{count}",
    "{n} secret of kind {kind} seen, {count}": "看到 {n} 个 {kind} 类型的凭据，{count}",
    "{n} secrets of kind {kind} seen, {count}": "看到 {n} 个 {kind} 类型的凭据，{count}",
    "no inventory has it": "没有清单包含它",
    "collected at {time}, which is after the time of judging": "收集于 {time}，晚于判断时间",
    "collected at {time}, which is too long before the time of judging": "收集于 {time}，距判断时间过久",
    "no inventory tells of an organization: list one, with organization in an entry of the fleet": (
        "没有清单包含组织：请在账号文件的条目中用 organization 列出一个"
    ),
    "not all members of {entry} are known": "{entry} 的成员未全部看到",
    "narrowed by a filter, which this rule does not allow": "被筛选条件缩小了范围，而该规则不允许这样",
    "of an account that is not known": "属于未知账号",
    "this rule found nothing to judge": "该规则没有可判断的对象",
    "no store has any secret": "所有凭据库都没有凭据",
    "no secret that the other filters let through of the name {name} was seen, but not all of the account is known": (
        "未看到通过其他筛选条件、名为 {name} 的凭据，但该账号未全部看到"
    ),
    "no secret of the name {name} was seen, but not all of the account is known": "未看到名为 {name} 的凭据，但该账号未全部看到",
    "the account has no secret that the other filters let through of the name {name}": "该账号没有通过其他筛选条件、名为 {name} 的凭据",
    "the account has no secret of the name {name}": "该账号没有名为 {name} 的凭据",
    "the waiver of {rule} for {secret} matches any name": "规则 {rule} 对 {secret} 的豁免匹配任何名称",
    "the waiver of {rule} for {secret} excuses {n} findings": "规则 {rule} 对 {secret} 的豁免覆盖了 {n} 条发现",
    "the waiver of {rule} for {secret} with the id {id} is not needed: that for {secret2} fits the same findings until {day}": (
        "规则 {rule} 对 {secret}（id 为 {id}）的豁免不需要：对 {secret2} 的豁免在 {day} 之前匹配相同的发现"
    ),
    "the waiver of {rule} for {secret} is not needed: that for {secret2} fits the same findings until {day}": (
        "规则 {rule} 对 {secret} 的豁免不需要：对 {secret2} 的豁免在 {day} 之前匹配相同的发现"
    ),
    "the waiver of {rule} for {secret} no longer matches a finding: no store fits {scopes}": (
        "规则 {rule} 对 {secret} 的豁免不再匹配任何发现：没有凭据库符合 {scopes}"
    ),
    "the waiver of {rule} for {secret} no longer matches a finding": "规则 {rule} 对 {secret} 的豁免不再匹配任何发现",
    "no owner": "无人负责",
    "other owners": "其他负责人",
    "console_url names no service that has a store, so that there are no links": "控制台地址中没有这些凭据库所属的服务，因此没有链接",
    "no rules were given: only completeness was judged": "没有给出规则：只判断了完整性",
    "findings that the last report has, too, do not count for the verdict": "上次报告中已有的发现不影响结论",
    "there is no last report, so that everything counts as new": "没有上次的报告，所有发现都算作新增",
    "this run has not ended": "本次运行没有结束",
    "store {place} was not listed completely in the last report": "上次报告中凭据库 {place} 未列完",
    "a store of the fleet was not listed completely in the last report": "上次报告中有凭据库未列完",
    "store {place} is not listed completely": "凭据库 {place} 未列完",
    "a store of the fleet is not listed completely": "有凭据库未列完",
    "the rule {rule} is not the same in both reports": "规则 {rule} 在两次报告中不同",
    "other reasons": "其他原因",
    "{n} of {n2} secrets not judged: {silent}": "{n2} 个凭据中有 {n} 个未判断：{silent}",
    "{n} secret not compared: no other store in scope differs in {keys} alone": "{n} 个凭据未比较：范围内没有仅在 {keys} 上不同的其他凭据库",
    "{n} secrets not compared: no other store in scope differs in {keys} alone": "{n} 个凭据未比较：范围内没有仅在 {keys} 上不同的其他凭据库",
    "{n} store narrowed by a filter, which this rule does not allow": "{n} 个凭据库被筛选条件缩小了范围，而该规则不允许这样",
    "{n} stores narrowed by a filter, which this rule does not allow": "{n} 个凭据库被筛选条件缩小了范围，而该规则不允许这样",
    "no store fits {scopes} together with the other scopes": "没有凭据库在其他 scopes 之外还符合 {scopes}",
    "no store fits {scopes} together": "没有凭据库同时符合 {scopes}",
    "no store fits {scopes}": "没有凭据库符合 {scopes}",
    "{noun} is {value}, and was {value2}": "{noun}为 {value}，原为 {value2}",
    "{noun} is {value} in {store}, and {value2} in {store2}": "{noun}在 {store} 为 {value}，在 {store2} 为 {value2}",
    "{noun} is not known: it was not asked for (details: {word})": "{noun}未知：没有查询（details：{word}）",
    "{noun} is not known (details: {word}): {cloud}": "{noun}未知（details：{word}）：{cloud}",
    "{field} is not known: it was not asked for (details: {word})": "{field} 未知：没有查询（details：{word}）",
    "{field} is not known (details: {word}): {cloud}": "{field} 未知（details：{word}）：{cloud}",
    "{noun} is not known": "{noun}未知",
    "{noun} is {dated}": "{noun}为 {dated}",
    "has no {noun}": "没有{noun}",
    "{field} is {value}, expected {expected}": "{field} 为 {value}，期望 {expected}",
    "{noun} is {value}": "{noun}为 {value}",
    "{noun} are {value}": "{noun}为 {value}",
}
"""Sentences, and the parts of one that are joined by '; '."""

EXPECTED: Mapping[str, str] = {
    "at least one secret that can be judged": "至少一个可以判断的凭据",
    "at least one store that can be judged": "至少一个可以判断的凭据库",
    "a name with a literal character": "至少含一个普通字符的名称",
    "a finding that it excuses": "一条由它豁免的发现",
    "a finding that no other waiver excuses": "一条没有其他豁免覆盖的发现",
    "at least two secrets to compare": "至少两个可比较的凭据",
    "at most {n}": "最多 {n}",
    "after {day}": "晚于 {day}",
    "known": "已知",
    "listed or excluded": "已列出或已排除",
    "none, as in the baseline": "与基线一样没有",
    "{value}, as in the baseline": "与基线一样为 {value}",
    "{value} as in the baseline": "与基线一样为 {value}",
    "{value} as in {name}; this is of {name2}": "与 {name} 一样为 {value}；这里是 {name2}",
    "a secret of {store}": "{store} 的一个凭据",
    "unique": "唯一",
    "unique within one {keys}": "在同一 {keys} 内唯一",
}
"""What evidence says was expected, where it is no operator of the rule language."""

LIMITS: Mapping[str, str] = {
    "more than {n} required": "要求大于 {n}",
    "at least {n} required": "要求至少 {n}",
    "less than {n} required": "要求小于 {n}",
    "at most {n} required": "要求最多 {n}",
    "0 required": "要求为 0",
    "not allowed": "不允许",
    "required: {value}": "要求：{value}",
    "allowed: {value}": "允许：{value}",
    "required pattern: {value}": "要求匹配：{value}",
    "forbidden pattern: {value}": "禁止匹配：{value}",
    "required text: {value}": "要求包含：{value}",
    "forbidden text: {value}": "禁止包含：{value}",
}
"""What a rule allows, behind a state in brackets."""

COUNTS: Mapping[str, str] = {
    "at most {n} allowed": "最多允许 {n} 个",
    "at least {n} required": "至少需要 {n} 个",
    "at most {n} allowed ({why})": "最多允许 {n} 个（{why}）",
    "at least {n} required ({why})": "至少需要 {n} 个（{why}）",
}
"""How many secrets a rule allows."""

STORES: Mapping[str, str] = {
    "{place} is {blind}": "{place}：{blind}",
    "{place} may be it, and is {blind}": "可能是 {place}：{blind}",
    "and {n} more": "另有 {n} 个",
}
"""Why not all of a store is known, of several stores."""

UNTOLD: Mapping[str, str] = {
    "{provider} does not tell settings of the service": "{provider} 不提供服务设置",
    "{provider} does not tell {fields} of each kind of secret": "{provider} 不是对每种凭据都提供 {fields}",
    "{provider} does not tell {fields}": "{provider} 不提供 {fields}",
}
"""What a cloud does not tell."""

NOUNS: Mapping[str, str] = {
    "provider": "云服务",
    "account": "账号",
    "region": "地域",
    "id": " id ",
    "name": "名称",
    "description": "描述",
    "status": "状态",
    "cloud's own status": "云上的原始状态",
    "kind": "类型",
    "date of creation": "创建时间",
    "date of the last change": "最近修改时间",
    "date of deletion": "删除时间",
    "encryption key": "加密密钥",
    "type of the encryption key": "加密密钥的类型",
    "state of the encryption key": "加密密钥的状态",
    "key rotation enabled": "密钥轮转的开关",
    "encryption": "加密方式",
    "whether it is rotated": "轮转开关",
    "period of rotation": "轮转周期",
    "date of the next rotation": "下次轮转时间",
    "date of the last rotation": "最近轮转时间",
    "rotation count": "轮转次数",
    "version count": "版本数",
    "date of the newest version": "最新版本的时间",
    "number of references": "引用数",
    "what refers to it": "引用方",
    "source": "来源",
    "tags": "标签",
    "invalid": "无法读取的字段",
    "account hosts": "账号可登录的主机",
    "machines that it opens": "绑定的实例",
    "secret behind it": "背后的凭据",
    "create uin": "创建者 UIN",
    "encrypt switching": "加密方式的变更",
    "foreign accounts": "获授权的其他账号",
    "key owner": "密钥的所有者",
    "owning service": "所属服务",
    "product name": "产品名称",
    "resource name": "资源名称",
    "rotation begin time": "轮转开始时间",
    "rotation state": "轮转状态",
    "secret type": "凭据类型",
    "target uin": "目标 UIN",
    "kind of what refers to it": "引用方的类型",
    "references.name": "引用方的名称",
    "references.gateway": "引用方的网关",
    "whether the service is enabled": "服务开关",
    "end of the service": "服务到期时间",
    "number of secrets that count against its quota": "占用配额的凭据数",
    "number of secrets that the service allows": "服务允许的凭据数",
}
"""Fields as people call them, without 'the'. A field whose own name tells enough keeps it."""

VALUES: Mapping[str, str] = {"yes": "是", "no": "否", "none": "无", "not known": "未知"}

LEDGER: Mapping[str, str] = {
    "no inventory has it": "没有清单包含它",
    "{n} of its {n2} stores are in inventories": "其 {n2} 个凭据库中有 {n} 个在清单中",
    "stores in inventories: {n}; no inventory tells how many it has": "清单中的凭据库：{n}；没有清单说明共有多少",
    "collected at {time}, which is too long before the time of judging": "收集于 {time}，距判断时间过久",
    "its inventory is of another release and does not tell {fields}; collect again": "其清单来自另一版本，不提供 {fields}；请重新收集",
    "it was not asked for": "没有查询",
}
"""Reasons of the ledger that are ours. All others, such as a cloud's own words, stay as they came."""

RULES: Mapping[str, str] = {
    "Every store was listed to its end": "每个凭据库都已列完",
    "See why the store could not be listed, and collect again.": "查看该凭据库为什么无法列出，然后重新收集。",
    "Every store is in one inventory": "每个凭据库只在一份清单中",
    "Leave out the older inventory.": "去掉较旧的清单。",
    "Every secret that was asked for by name exists": "按名称查询的每个凭据都存在",
    "Correct the name, or take it out of names.": "更正名称，或把它从 names 中去掉。",
    "There is at least one secret": "至少有一个凭据",
    "Allow an empty fleet if it is meant to be empty.": "如果本来就可以没有凭据，请设置 allow_empty。",
    "No waiver excuses more than it names": "没有豁免过宽",
    "Name secrets, or fewer of them.": "写明凭据的名称，或减少它们的数量。",
    "No waiver that is needed is over, or ends soon": "仍需要的豁免没有到期，也不会很快到期",
    "Mend what it excuses, or renew the waiver.": "处理它所豁免的问题，或续期。",
    "Every waiver is still needed": "每个豁免仍有必要",
    "Remove the waiver.": "删除该豁免。",
    "The run has ended": "运行已结束",
    "See what ended the run, and run again.": "查看运行为什么中断，然后重新运行。",
}
"""Titles and remediation of the built-in rules."""
