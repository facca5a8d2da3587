# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about a store that could not be listed, sentence by sentence, beside the same in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

HINTS: Mapping[str, str] = {
    # the run
    "Collect it, or take it out of the stores that must be there.": "请收集它，或把它从必须有的凭据库中去掉。",
    "Collect {path} again.": "请重新收集 {path}。",
    "Collect again, or raise max_age.": "请重新收集，或调大 max_age。",
    "Run again.": "请重新运行。",
    "Run it again.": "请重新运行。",
    "Run the task again.": "请重新运行该任务。",
    "If the problem remains, ask the cloud's support.": "如果问题仍在，请联系云的技术支持。",
    "Raise deadline, or split the fleet over several tasks.": "请调大 deadline，或把账号分到几个任务中。",
    "Raise deadline, or ask for fewer details.": "请调大 deadline，或减少 details。",
    "Raise deadline.": "请调大 deadline。",
    "Raise max_pages.": "请调大 max_pages。",
    "This is a fault of the collection; please report it.": "这是本 collection 的缺陷，请报告。",
    # rights
    "Grant the action {action}.": "请授予操作权限 {action}。",
    "Grant the action {action} on all resources (*) in {product}; regions: all needs {action2} too.": (
        "请在 {product} 中对所有资源 (*) 授予操作权限 {action}；regions: all 还需要 {action2}。"
    ),
    "Grant the action {action} on all resources (*) in {product}.": "请在 {product} 中对所有资源 (*) 授予操作权限 {action}。",
    "Grant the actions {action} and {action2} on all resources (*) in {product}; folders need {action3} too.": (
        "请在 {product} 中对所有资源 (*) 授予操作权限 {action} 和 {action2}；按文件夹选择还需要 {action3}。"
    ),
    "Grant the actions {action} and {action2} on all resources (*) in {product}.": "请在 {product} 中对所有资源 (*) 授予操作权限 {action} 和 {action2}。",
    "Grant the actions {actions}, or leave {word} out of details.": "请授予操作权限 {actions}，或从 details 中去掉 {word}。",
    "Grant the key sts:AssumeRole on this role, and let the role trust the account of the key.": (
        "请授予该密钥对此角色的 sts:AssumeRole 权限，并让该角色信任密钥所属的账号。"
    ),
    "A root key can assume none.": "主账号的密钥不能扮演任何角色。",
    # regions and services
    "If it need not be offered there, set allow_not_offered: true.": "如果那里可以不提供该服务，请设置 allow_not_offered: true。",
    "Activate {service} for this account in the console.": "请在控制台为该账号开通 {service}。",
    "{region} is a region of {service}: activate the service there in the console, or check endpoint, network and site.": (
        "{region} 是 {service} 的地域：请在控制台开通那里的服务，或检查 endpoint、network 和 site。"
    ),
    "{region} is a zone of {parent}: name the region.": "{region} 是 {parent} 的可用区：请写地域。",
    "{service} has no region {region}; did you mean {near}?": "{service} 没有地域 {region}；是否要写 {near}？",
    "{service} has no region {region}.": "{service} 没有地域 {region}。",
    "It has {names}.": "现有：{names}。",
    "Check how the region is spelt: the list of regions could not be asked for ({code}).": "请检查地域的写法：无法查询地域列表（{code}）。",
    "Name the regions one by one, instead of all.": "请逐个写出地域，不要写 all。",
    "Name a region, not a zone: ap-beijing, not ap-beijing-3.": "请写地域，不要写可用区：写 ap-beijing，不写 ap-beijing-3。",
    "Check site: a resource directory is of one site, china or international.": "请检查 site：资源目录只属于一个站点，china 或 international。",
    "The endpoint does not serve this API; check region and endpoint.": "该 endpoint 不提供此 API；请检查地域和 endpoint。",
    "Check instance_id, and whether the {product} instance is in this region and running.": "请检查 instance_id，以及该 {product} 实例是否在此地域并正在运行。",
    "The account is suspended, for a debt or a risk; settle it in the console.": "该账号因欠费或风险被停用；请在控制台处理。",
    "Set this machine's clock: {cloud_name} allows {n} minutes.": "请校准本机时钟：{cloud_name} 最多允许相差 {n} 分钟。",
    # keys
    "The temporary credentials have expired; get new ones.": "临时凭证已过期；请获取新的凭证。",
    "The token has expired or does not belong to this key; get new temporary credentials.": "令牌已过期或不属于该密钥；请获取新的临时凭证。",
    "The security token does not belong to this access key; give the three parts of one key.": "安全令牌不属于该访问密钥；请给出同一密钥的三个部分。",
    "The access key secret does not belong to this access key id.": "AccessKey Secret 与该 AccessKey ID 不匹配。",
    "The access key does not exist or is disabled; check it in RAM.": "访问密钥不存在或已禁用；请在 RAM 中检查。",
    "The access key is disabled; enable it in RAM.": "访问密钥已禁用；请在 RAM 中启用。",
    "The secret key does not belong to this secret id.": "SecretKey 与该 SecretId 不匹配。",
    "The key does not exist or is disabled; check it in CAM.": "密钥不存在或已禁用；请在 CAM 中检查。",
    "This machine's address is blocked in CAM.": "CAM 禁止了本机的地址。",
    "This machine's address is not allowed in CAM.": "CAM 未允许本机的地址。",
    "Set all of them, or none.": "请全部设置，或全部不设置。",
    "Set up one of these on the machine where the module runs, or give the options from Ansible Vault.": (
        "请在运行模块的机器上配置其中一个来源，或用 Ansible Vault 给出这些选项。"
    ),
    "Give both, or neither of them, on the machine where the module runs.": "请在运行模块的机器上两者都给出，或都不给出。",
    "Set the key too, or unset the variable and give assume_role_arn.": "请把密钥也设置上，或清除该变量并给出 assume_role_arn。",
    "Correct the variable, or unset it.": "请更正该变量，或清除它。",
    "Correct {variable}, or restore the file.": "请更正 {variable}，或恢复该文件。",
    "{path} has no such profile either.": "{path} 也没有这个配置。",
    "Use another profile.": "请使用其他配置（profile）。",
    "Put the program's answer into the environment.": "请把该程序的输出放入环境变量。",
    "Sign in again with '{command}'.": "请用 '{command}' 重新登录。",
    "Copy it again from the cloud's console.": "请从云的控制台重新复制。",
    "Write it without quotes: env files of Docker and systemd, and GitHub's variables, keep them as part of the value.": (
        "请不要写引号：Docker 和 systemd 的环境文件以及 GitHub 的变量会把引号当作值的一部分。"
    ),
    "Run: {command}": "请运行：{command}",
    "Its mode is set where it is mounted: for a Kubernetes secret give the volume a defaultMode of 0400, or 0440 with an fsGroup.": (
        "其权限在挂载处设置：对 Kubernetes 的 secret，请为该卷设置 defaultMode 0400，或 0440 加 fsGroup。"
    ),
    "Save the file in UTF-8.": "请把该文件保存为 UTF-8。",
    "Judge it with the version of the collection that wrote it, or with a newer one.": "请用写出它的 collection 版本或更新的版本来判断。",
    "Put the file itself there, or name the file that it leads to.": "请把文件本身放在那里，或写明它指向的文件。",
    # roles and organizations
    "The role {role} has to trust this key, and its external id has to be given if it asks for one.": (
        "角色 {role} 必须信任该密钥；如果它要求 external id，必须给出。"
    ),
    "Check assume_role_arn, or the key.": "请检查 assume_role_arn 或密钥。",
    "Check assume_role_arn, and what else is set for the role {role}.": "请检查 assume_role_arn，以及为角色 {role} 设置的其他内容。",
    "Check organization.role, and what the role trusts.": "请检查 organization.role，以及该角色信任谁。",
    "The platform's token does not open this role; check provider, token and the role's trust.": (
        "平台的令牌不能扮演该角色；请检查身份提供商、令牌和角色的信任策略。"
    ),
    "The member has no such role: make it there, or correct organization.role.": "该成员没有这个角色：请在那里创建，或更正 organization.role。",
    "The member is being deleted (DeletionStatus {status_of_it}): exclude it once it is gone.": (
        "该成员正在被删除（DeletionStatus {status_of_it}）：删除后请把它排除。"
    ),
    "The cloud says that the member's account cannot be used; see its state in the console.": "云表示该成员的账号不能使用；请在控制台查看其状态。",
    "Correct the number, or take it out if the account has left the organization.": "请更正账号；如果该账号已离开组织，请把它去掉。",
    "Use a key of the management account, which sees every member.": "请使用管理账号的密钥，它能看到所有成员。",
    "Use a key of the management account of the organization.": "请使用组织管理账号的密钥。",
    "Use a key of the management account, or of a delegated administrator of the resource directory.": "请使用管理账号或资源目录委派管理员的密钥。",
    "The account of this key is in no resource directory.": "该密钥的账号不在任何资源目录中。",
    "The account of this key is in no organization.": "该密钥的账号不在任何组织中。",
    # the network
    "Check proxy, and the variables HTTPS_PROXY and NO_PROXY.": "请检查 proxy，以及变量 HTTPS_PROXY 和 NO_PROXY。",
    "Put them into the URL of proxy, or of the variable HTTPS_PROXY.": "请把它们写入 proxy 的 URL，或变量 HTTPS_PROXY 的 URL。",
    "Most proxies are http:// ones, also for https:// hosts.": "大多数代理使用 http://，对 https:// 主机也是如此。",
    "Check the scheme of proxy, or of HTTPS_PROXY.": "请检查 proxy 或 HTTPS_PROXY 的协议。",
    "Give it as http://proxy.example.com:3128.": "请写成 http://proxy.example.com:3128 的形式。",
    "Known schemes are {schemes}.": "可用的协议：{schemes}。",
    "Write # / ? @ [ ] \\ and % in a user name or password as %23 %2F %3F %40 %5B %5D %5C and %25.": (
        "用户名或密码中的 # / ? @ [ ] \\ 和 % 请写成 %23 %2F %3F %40 %5B %5D %5C 和 %25。"
    ),
    "Install the Python library PySocks, or use an http:// proxy.": "请安装 Python 库 PySocks，或使用 http:// 代理。",
    "Give an https:// URL, or an http:// URL of this machine or of a private address, without a user name.": (
        "请给出 https:// URL，或本机或私有地址的 http:// URL，不带用户名。"
    ),
    "If a proxy reissues certificates, name its CA with ca_path.": "如果代理重新签发证书，请用 ca_path 指定其 CA。",
    "Check endpoint, ca_path and the variable REQUESTS_CA_BUNDLE.": "请检查 endpoint、ca_path 和变量 REQUESTS_CA_BUNDLE。",
    "Check this machine's DNS.": "请检查本机的 DNS。",
    "Where only a proxy leads out, set proxy or the variable HTTPS_PROXY.": "如果只能通过代理访问外网，请设置 proxy 或变量 HTTPS_PROXY。",
    "A local firewall, a container or SELinux may forbid it.": "本机防火墙、容器或 SELinux 可能禁止了它。",
    "Redirects are never followed: they could carry credentials to another host.": "从不跟随重定向：它可能把凭证带到其他主机。",
    "Something between here and the cloud may answer in its place.": "本机与云之间可能有其他设备代为应答。",
    "Check proxy and endpoint.": "请检查 proxy 和 endpoint。",
    # the machine
    "Raise the limit of open files (ulimit -n), or lower concurrency.": "请调大可打开文件数的限制（ulimit -n），或调小 concurrency。",
    "Raise the limit of file sizes (ulimit -f).": "请调大文件大小的限制（ulimit -f）。",
    "Raise its limits of processes and memory.": "请调大其进程数和内存的限制。",
    "Give this process more memory, or lower concurrency.": "请给该进程更多内存，或调小 concurrency。",
    "Make room on its file system, or choose another folder.": "请在其文件系统上腾出空间，或选择其他文件夹。",
    "Raise the quota on its file system, or choose another folder.": "请调大其文件系统的配额，或选择其他文件夹。",
    "Choose a folder that can be written to, or mount this one for writing.": "请选择可写的文件夹，或以可写方式挂载它。",
    "Choose a folder of your own.": "请选择自己的文件夹。",
    "Grant it to the user that runs the module, or choose another path.": "请把权限授予运行模块的用户，或选择其他路径。",
    "Containers, SELinux and AppArmor have rules of their own.": "容器、SELinux 和 AppArmor 另有规则。",
    "Set ansible_python_interpreter to a Python that was built with OpenSSL.": "请把 ansible_python_interpreter 设为带 OpenSSL 的 Python。",
    "Use a Python whose hashlib offers it.": "请使用其 hashlib 提供该算法的 Python。",
}
"""Sentences of ways out. What stands in braces is taken over. The first that fits is taken, so what says more stands first."""
