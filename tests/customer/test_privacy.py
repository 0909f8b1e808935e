"""What identifies a person is masked; amounts, rates and names of products are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer.privacy import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的卡号6222021234567890123丢了", "我的卡号6222****0123丢了"),
        ("6222 0212 3456 7890 被盗刷", "6222****7890 被盗刷"),
        ("卡号6222-0212-3456-7890", "卡号6222****7890"),
        ("我的电话13800138000", "我的电话138****8000"),
        ("+86 138-0013-8000 给我打", "138****8000 给我打"),
        ("１３８００１３８０００", "138****8000"),
        ("身份证11010119900307123X过期了", "身份证110101********123X过期了"),
        ("邮箱zhang.san@mail.example.com.cn呢", "邮箱z***@mail.example.com.cn呢"),
        ("单位电话010-88888888", "单位电话010-********"),
        ("我叫王小明，想查余额", "我叫王**，想查余额"),
        ("你好我叫李雷", "你好我叫李**"),
        ("我叫欧阳娜娜", "我叫欧阳**"),
        ("姓名：赵敏 电话13800138000", "姓名：赵** 电话138****8000"),
        ("开户的户名是陈晓东吗", "开户的户名是陈**吗"),
    ],
)
def test_mask_hides_what_identifies(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "存1000000元三年利息多少",
        "存10000000000000元",
        "13800138000元",
        "50万以上的大额存单",
        "金额12345678901234.56",
        "稳盈1号和稳赢一号",
        "利率3.25%和4.1％",
        "２０２４年６月１日",
        "2024-06-01至2025-05-31",
        "客服热线400-800-1234",
        "我叫什么名字",
        "我叫了外卖",
        "这只基金的经理叫什么",
        "王牌客户有什么优惠",
        "",
    ],
)
def test_mask_leaves_amounts_and_names(text: str) -> None:
    assert mask(text) == text


@given(st.text(alphabet="0123456789 -.@ax我元万%", max_size=60))
def test_mask_is_idempotent_on_its_result(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["我的号是{}。", "{}", "电话：{}谢谢"]))
def test_mask_never_leaves_a_mobile_number(number: str, place: str) -> None:
    assert number not in mask(place.format(number))
