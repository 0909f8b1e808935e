"""The model card: what the response models are for, what they were judged by, and what they must not be used for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from customer.propensity.measures import together
from customer.propensity.retraining import Retrained

_HEAD = """# 响应模型卡

- **用途**：估计客户在看到一个推荐后接受它的概率，只用于在合规闸口（授权、适当性、接触压力）之后排序和过线；
  不用于授信、定价或拒绝服务。
- **数据**：营销响应，特征取曝光当月一日之前能看到的内容；性别不进模型，只用来检查公平。
- **验证**：按时间先后。较早的月份训练；校准（Platt）和挑选（对数损失）用各模型没见过的月份：过去最后三个月各由之前的月
  份打分，加上其后一个月；最新两个月只评判；区间为 DeLong 95%。
- **部署**：只有评判月上不差于现用版本的模型才上线；随机森林只参加比较。
- **解释**：每个推荐的理由取对数几率的贡献（LightGBM 为 SHAP 值），只对同意个性化推荐的客户说，措辞见
  `customer/propensity/features.yml`；没有措辞的特征从不提起。
- **局限**：接受过推荐的客户才有标签；换了渠道或活动后须重训；演示数据是生成的，数字不代表真实银行。
"""


def card(made: Sequence[Retrained], day: date, rows: str) -> str:
    """The card in Markdown."""
    lines = [
        _HEAD,
        f"生成于 {day}，{rows}。",
        "",
        "| 推荐 | 模型 | AUC（95% 区间） | 提升（前 10%） | 校准误差 | 评判行数 | 选用 |",
    ]
    lines.append("|---|---|---|---|---|---|---|")
    for one in made:
        for kind, m in one.compared.measures.items():
            chosen = one.compared.model.kind == kind
            mark = f"第 {one.version.version} 版，{one.version.stage}" if chosen else ""
            interval = f"{m.auc:.3f}（{m.auc_low:.3f}–{m.auc_high:.3f}）"
            lines.append(
                f"| {one.compared.offer} | {kind} | {interval} | {m.lift:.2f} | {m.calibration_error:.3f} "
                f"| {m.rows} | {mark} |"
            )
    lines += [
        "",
        "## 公平",
        "",
        "| 推荐 | 人群 | 行数 | 过线占比 | 预测均值 | 实际 | AUC |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in made:
        for g in one.compared.groups:
            auc = f"{g['auc']:.3f}" if g["auc"] is not None else "—"
            figures = f"{g['above']:.1%} | {g['said']:.1%} | {g['real']:.1%}"
            lines.append(f"| {one.compared.offer} | {g['group']} | {g['rows']} | {figures} | {auc} |")
    lines += _reliability(made)
    lines += ["", "## 图", "", "![特征的平均影响](images/importance.svg)", "", "![客户分群](images/segments.svg)"]
    return "\n".join(lines) + "\n"


def _reliability(made: Sequence[Retrained]) -> list[str]:
    """What the chosen models said against what happened in the newest months, all offers together; upper bands of one
    offer have too few customers to judge by."""
    lines = ["", "## 说的和发生的", "", "评判月里选用的模型，所有推荐合在一起；区间为 Clopper–Pearson 95%。", ""]
    lines += ["| 预测概率 | 次数 | 预测均值 | 实际 | 实际的区间 |", "|---|---|---|---|---|"]
    for said in together(one.compared.said for one in made):
        low, high = said.interval()
        band = f"{said.low:.0%}–{said.high:.0%}"
        lines.append(
            f"| {band} | {said.rows} | {said.mean:.1%} | {said.taken / said.rows:.1%} | {low:.1%}–{high:.1%} |"
        )
    return lines
