# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Display names of the regions in which APIG is offered, by language. Source: the vendor's region pages."""

from __future__ import annotations

NAMES = {
    "cn-qingdao": {"en": "China (Qingdao)", "zh": "华北1（青岛）"},
    "cn-beijing": {"en": "China (Beijing)", "zh": "华北2（北京）"},
    "cn-zhangjiakou": {"en": "China (Zhangjiakou)", "zh": "华北3（张家口）"},
    "cn-wulanchabu": {"en": "China (Ulanqab)", "zh": "华北6（乌兰察布）"},
    "cn-hangzhou": {"en": "China (Hangzhou)", "zh": "华东1（杭州）"},
    "cn-shanghai": {"en": "China (Shanghai)", "zh": "华东2（上海）"},
    "cn-shenzhen": {"en": "China (Shenzhen)", "zh": "华南1（深圳）"},
    "cn-heyuan": {"en": "China (Heyuan)", "zh": "华南2（河源）"},
    "cn-guangzhou": {"en": "China (Guangzhou)", "zh": "华南3（广州）"},
    "cn-chengdu": {"en": "China (Chengdu)", "zh": "西南1（成都）"},
    "cn-hongkong": {"en": "China (Hong Kong)", "zh": "中国香港"},
    "ap-southeast-1": {"en": "Singapore", "zh": "新加坡"},
    "ap-southeast-3": {"en": "Malaysia (Kuala Lumpur)", "zh": "马来西亚（吉隆坡）"},
    "ap-southeast-5": {"en": "Indonesia (Jakarta)", "zh": "印度尼西亚（雅加达）"},
    "ap-northeast-1": {"en": "Japan (Tokyo)", "zh": "日本（东京）"},
    "ap-northeast-2": {"en": "South Korea (Seoul)", "zh": "韩国（首尔）"},
    "eu-central-1": {"en": "Germany (Frankfurt)", "zh": "德国（法兰克福）"},
    "us-east-1": {"en": "US (Virginia)", "zh": "美国（弗吉尼亚）"},
    "us-west-1": {"en": "US (Silicon Valley)", "zh": "美国（硅谷）"},
}
