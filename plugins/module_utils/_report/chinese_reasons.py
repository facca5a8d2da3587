# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a store could not be listed, where the words are ours, beside the same in Chinese. What stands in braces is taken over.

What a cloud says stays as it came: its words are not ours to translate, and people search for them.
"""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "{who}: {ours}": "{who}：{ours}",
    "{action} at {host}: {ours}": "{host} 的 {action}：{ours}",
    # the network
    "{proxy} did not connect to {host}: {fault}": "{proxy} 没有连接到 {host}：{fault}",
    "{proxy} did not connect to {host}": "{proxy} 没有连接到 {host}",
    "the connection to {host} through {proxy} broke off": "经 {proxy} 到 {host} 的连接中断",
    "the connection to {host} broke off": "到 {host} 的连接中断",
    "no connection to {host}": "无法连接到 {host}",
    "this machine does not permit a connection to {host}": "本机不允许连接到 {host}",
    "the host name {host} could not be resolved": "无法解析主机名 {host}",
    "the certificate of {host} was not accepted": "{host} 的证书未被接受",
    "the TLS handshake with {host} failed": "与 {host} 的 TLS 握手失败",
    "{host} did not answer in time": "{host} 没有及时响应",
    "{host} did not send its whole answer in {n} seconds": "{host} 没有在 {n} 秒内发完响应",
    "{host} did not send a valid HTTP response": "{host} 没有发送有效的 HTTP 响应",
    "{host} sent a body that cannot be decompressed": "{host} 发送的内容无法解压",
    "{host} sent more than {n} bytes for {action}": "{host} 对 {action} 发送了超过 {n} 字节",
    "{host} sent more than {n} values for {action}": "{host} 对 {action} 发送了超过 {n} 个值",
    "{host} sent more than one answer": "{host} 发送了不止一个响应",
    "{host} sent an answer twice": "{host} 把一个响应发送了两次",
    "{setting} holds a blank or a line break": "{setting} 含有空格或换行",
    "{setting} has a scheme that no proxy has here": "{setting} 的协议不是此处可用的代理协议",
    "{setting} holds a character that has to be quoted": "{setting} 含有需要转义的字符",
    "{setting} is not a URL with a host and a port": "{setting} 不是带主机和端口的 URL",
    "{setting} names a SOCKS proxy, for which the Python library PySocks is missing": "{setting} 写的是 SOCKS 代理，但缺少 Python 库 PySocks",
    "the variable {variable} names {host} in a form that has no effect, so that the proxy would be used": (
        "变量 {variable} 中 {host} 的写法不起作用，因此会使用代理"
    ),
    "what {variable} names is no file or folder of CA certificates": "{variable} 指定的不是 CA 证书文件或目录",
    "the file that the variable {variable} names cannot be opened": "变量 {variable} 指定的文件无法打开",
    # what came back
    "HTTP status {n}": "HTTP 状态码 {n}",
    "HTTP status {n}, an answer that was changed on the way": "HTTP 状态码 {n}，响应在途中被改过",
    "HTTP status {n}, a part of an answer": "HTTP 状态码 {n}，只是响应的一部分",
    "an answer that a cache has kept for {n} s": "缓存保存了 {n} 秒的响应",
    "an answer that was given before, with the same id of its request": "响应以前返回过，请求 ID 也相同",
    "the answer of {host} broke off": "{host} 的响应中断",
    "the answer broke off": "响应中断",
    "the answer is empty": "响应为空",
    "the answer is not UTF-8": "响应不是 UTF-8",
    "the answer is not a JSON object": "响应不是 JSON 对象",
    "the answer is {malformed}: {cloud}": "响应{malformed}：{cloud}",
    "the answer says of itself that it belongs to another request": "响应表明它属于另一个请求",
    "the answer names no management account": "响应没有给出管理账号",
    "the answer names no account": "响应没有给出账号",
    "the answer holds no credentials": "响应中没有凭证",
    "the answer has an error without a code": "响应中的错误没有错误码",
    "the answer has a code that is none": "响应中的错误码无效",
    "the answer has no object '{field}'": "响应中没有对象 '{field}'",
    "the answer has neither {field} nor {field2}": "响应中既没有 {field}，也没有 {field2}",
    "the answer has no {field}": "响应中没有 {field}",
    "{field} is not a list of objects": "{field} 不是对象的列表",
    "{field} is not a list of regions": "{field} 不是地域的列表",
    "{field} is not a list": "{field} 不是列表",
    "a row of the list has no {field}": "列表中有一行没有 {field}",
    "a row of the list has a {field} that is no text": "列表中有一行的 {field} 不是文本",
    "a row of the list has tags that cannot be read": "列表中有一行的标签无法读取",
    "a key has no {field}": "有一个密钥没有 {field}",
    "a tag has no {field}": "有一个标签没有 {field}",
    "the cloud names a region '{field}'": "云给出的地域中有 '{field}'",
    "the cloud names no region": "云没有给出任何地域",
    # pages
    "the cloud counts {n} {rows}, and sends {n2} different ones": "云统计有 {n} 个（{rows}），实际返回 {n2} 个不同的",
    "the cloud counts {n} secrets and lists {n2}": "云统计有 {n} 个凭据，实际列出 {n2} 个",
    "the cloud says {code}, and has answered another listing that this would concern": "云返回 {code}，但它应答了同样会受此影响的另一个列表",
    "the cloud says {code}, and its own list of regions has {region}": "云返回 {code}，但云自己的地域列表中有 {region}",
    "the listing has more than {n} pages": "列表超过 {n} 页",
    "the list has no total, or a row that is no object": "列表没有总数，或有一行不是对象",
    "the list changed while it was read, twice": "列表在读取时两次发生变化",
    "pages come back shorter than asked for, or empty, while others follow": "后面还有页时，返回的页比请求的短，或者是空的",
    "the pages of one reading count from {n} to {n2} secrets": "同一次读取的各页统计的凭据数从 {n} 到 {n2} 不等",
    "{n} readings of the listing differ": "{n} 次读取的列表互不相同",
    "the readings of the list of members do not fit each other and its total: {n} of {n2}": "成员列表的几次读取互不一致，也与总数不符：{n} / {n2}",
    "the readings of the list of folders do not fit each other and its total: {n} of {n2}": "文件夹列表的几次读取互不一致，也与总数不符：{n} / {n2}",
    "the list of members lacks account {id}, whose key has asked for it": "成员列表缺少账号 {id}，而查询用的正是它的密钥",
    "account {id} is not the management account, which is {id2}; it may see a part of the members": (
        "账号 {id} 不是管理账号（管理账号是 {id2}）；它可能只看到部分成员"
    ),
    "organization.include.accounts: {names} is no account of the organization; did you mean {near}?": (
        "organization.include.accounts：{names} 不是该组织的账号；是否要写 {near}？"
    ),
    "organization.include.accounts: {names} is no account of the organization": "organization.include.accounts：{names} 不是该组织的账号",
    # time
    "the {n} {seconds} of the task ran out when {n2} of {n3} {stores} had been listed": "任务的 {n} {seconds}用完时，{n3} {stores}中列完了 {n2} 个",
    "the {n} {seconds} of the task ran out before all details had been asked for": "任务的 {n} {seconds}用完时，还没有查询完所有 details",
    "each of {n} readings of the list of members names others": "{n} 次读取成员列表，每次给出的成员都不同",
    "each of {n} readings of the list of regions names others": "{n} 次读取地域列表，每次给出的地域都不同",
    "the {n} {seconds} ran out before the cloud had named its regions": "{n} {seconds}用完时，云还没有给出它的地域",
    # keys
    "no credentials found; looked at: {looked}": "没有找到凭证；查找过：{looked}",
    "the role of {name} is in account {id}, and the key that was got for it is of account {id2}": (
        "{name} 的角色属于账号 {id}，而为它取得的密钥属于账号 {id2}"
    ),
    "{name} is account {id} of the organization, and its key is of account {id2}": "{name} 是该组织的账号 {id}，而它的密钥属于账号 {id2}",
    "the credentials are not known yet": "凭证尚未确定",
    "{path} names a role, but {ours}": "{path} 写了角色，但{ours}",
    "{path} names the profile {name}, but {ours}; there is {names}": "{path} 写的配置是 {name}，但{ours}；现有：{names}",
    "{path} names the profile {name}, but {ours}": "{path} 写的配置是 {name}，但{ours}",
    "{path} is set, but {ours}": "已设置 {path}，但{ours}",
    "{path} and {path2} are not given": "没有给出 {path} 和 {path2}",
    "{path} and {path2} are not set": "没有设置 {path} 和 {path2}",
    "{path} is not set": "没有设置 {path}",
    "{path} is empty": "{path} 是空的",
    "{path}: the answer is {malformed}": "{path}：响应{malformed}",
    "{path} is {malformed}": "{path} {malformed}",
    "{path} does not hold a JSON object": "{path} 中不是 JSON 对象",
    "{path} is not an INI file": "{path} 不是 INI 文件",
    "{path}, line {n}: it stands before the first [section]": "{path} 第 {n} 行：它在第一个 [section] 之前",
    "{path}, line {n}: the option stands twice in its section": "{path} 第 {n} 行：该选项在同一节中出现两次",
    "{path}, line {n}: the section stands twice": "{path} 第 {n} 行：该节出现两次",
    "{path}, line {n}: it is no [section], and no option = value": "{path} 第 {n} 行：既不是 [section]，也不是 option = value",
    "{path}: the section [{name}] says enable = false": "{path}：[{name}] 节写了 enable = false",
    "{path}, section {name}: enable is neither true nor false": "{path} 的 {name} 节：enable 既不是 true 也不是 false",
    "{path}: section {name} has no {field} and no {field2}": "{path}：{name} 节中没有 {field}，也没有 {field2}",
    "{path} has no section [{name}]": "{path} 中没有 [{name}] 节",
    "{path} has no list of profiles": "{path} 中没有 profiles 列表",
    "{path} has no profile {name}; it has {names}": "{path} 中没有配置 {name}；现有：{names}",
    "{path} has no {field} and no {field2}": "{path} 中没有 {field}，也没有 {field2}",
    "{path} has no {field}": "{path} 中没有 {field}",
    "{path} names another file": "{path} 指定了另一个文件",
    "{path} names no source_profile": "{path} 没有写 source_profile",
    "{path} names no role": "{path} 没有写角色",
    "{path} is set without {listed}": "已设置 {path}，但没有设置 {listed}",
    "{path} is set": "已设置 {path}",
    "{path} is given without {listed}": "给出了 {path}，但没有给出 {listed}",
    "{path} is not a text": "{path} 不是文本",
    "{path} is of the type {name}, which is not supported": "{path} 的类型是 {name}，不受支持",
    "{path} is of the mode {name}, which is not supported": "{path} 的模式是 {name}，不受支持",
    "{path} runs a program to get its key, which this collection never does": "{path} 要运行程序来取得密钥，本 collection 从不这样做",
    "{path} lacks its identity provider or the file of its token": "{path} 缺少身份提供商或令牌文件",
    "{path}: the profiles {names} build on each other in a circle": "{path}：配置 {names} 循环引用",
    "{path}: the profile {name} builds on {name2}, which does not exist": "{path}：配置 {name} 引用了不存在的 {name2}",
    "{path}: the {part} of the role is not valid": "{path}：角色的 {part} 无效",
    "{path}: {name} cannot be the name of a role": "{path}：{name} 不能作为角色名",
    "{path}: the address of the service cannot be used": "{path}：该服务的地址不能使用",
    "{path}: the answer holds no credentials": "{path}：响应中没有凭证",
    "{path} returned no credentials": "{path} 没有返回凭证",
    "{path} does not exist; there is {names}": "{path} 不存在；现有：{names}",
    "{path} does not exist": "{path} 不存在",
    "the key that {path} keeps has expired": "{path} 中保存的密钥已过期",
    "{path} holds a space or a line break": "{path} 含有空格或换行",
    "{path} still has its quotes": "{path} 还带着引号",
    "{path} holds a character that is not allowed in a key": "{path} 含有密钥中不允许的字符",
    "{path} has {n} characters, which no key has": "{path} 有 {n} 个字符，没有这样的密钥",
    "{path} has {n} character, which no key has": "{path} 有 {n} 个字符，没有这样的密钥",
    # the machine
    "this process may open no more files": "该进程不能再打开文件",
    "this machine can open no more files": "本机不能再打开文件",
    "this machine has no memory left": "本机没有剩余内存",
    "the machine allows no thread": "本机不允许新建线程",
    "no room is left on a file system": "文件系统没有剩余空间",
    "the quota on a file system is used up": "文件系统的配额已用完",
    "a file system is read-only": "文件系统是只读的",
    "a file is larger than this process may write": "文件超过该进程可写的大小",
    "a right is missing on this machine": "在本机缺少权限",
    "this Python has no ssl module": "该 Python 没有 ssl 模块",
    "this Python lacks a hash algorithm, such as SHA-256": "该 Python 缺少哈希算法，例如 SHA-256",
    "{path}: its folder cannot be written to": "{path}：其文件夹不可写",
    "{path}: cannot be used": "{path}：不能使用",
    "an account without an organization was asked for its members": "向不属于组织的账号查询了成员",
    "Unexpected {error}": "意外的错误 {error}",
    "{path}: {ours}": "{path}：{ours}",
}
"""Reasons of the ledger, and of sources of credentials. The first that fits is taken, so what says more stands first."""

FAULTS: Mapping[str, str] = {
    "it asks for a user name and password": "它要求用户名和密码",
    "it answered with HTTP status {n}": "它返回了 HTTP 状态码 {n}",
    "its own name could not be resolved": "无法解析它自己的名称",
    "it refused the connection": "它拒绝了连接",
    "TLS with it failed": "与它的 TLS 失败",
    "it did not answer in time": "它没有及时响应",
}
"""What became of the way to a proxy."""

MALFORMED: Mapping[str, str] = {
    "{malformed} at line {n}, column {n2}": "{malformed}（第 {n} 行，第 {n2} 列）",
    "not UTF-8": "不是 UTF-8",
    "not JSON": "不是 JSON",
    "nested too deeply": "嵌套过深",
    "not usable: a key occurs twice in one object": "不可用：同一对象中有重复的键",
    "not usable: a number is out of range": "不可用：有数字超出范围",
    "not usable: {field} is not JSON": "不可用：{field} 不是 JSON",
}
"""What can be wrong with JSON."""

SOURCES: Mapping[str, str] = {
    "the environment": "环境变量",
    "the service account": "服务账号",
    "the profile": "命令行配置",
    "the credentials file": "凭据文件",
    "the ECS role": "ECS 角色",
    "the CVM role": "CVM 角色",
    "the credentials URI": "凭证 URI",
}
"""Where keys are looked for."""
