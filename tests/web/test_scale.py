import pytest

from keepwell.web.certificate.scale import Scale, spanning


@pytest.mark.parametrize(
    ("values", "most", "low", "high", "step"),
    [
        ([0.0, 0.24], 5, 0.0, 0.25, 0.05),
        ([0.0, 0.051], 5, 0.0, 0.06, 0.02),
        ([0.5, 1.0, 0.47], 6, 0.4, 1.0, 0.1),
        ([-0.1, 0.1, 0.26], 5, -0.1, 0.3, 0.1),
        ([0.0, 1.0], 5, 0.0, 1.0, 0.2),
        ([0.0, 0.0], 5, 0.0, 0.001, 0.001),
        ([0.0, 357.0], 4, 0.0, 400.0, 100.0),
        ([0.0, 7.0], 4, 0.0, 8.0, 2.0),
    ],
)
def test_a_scale_holds_all_values_in_few_round_steps(
    values: list[float], most: int, low: float, high: float, step: float
) -> None:
    scale = spanning(values, most)
    assert (scale.low, scale.high, scale.step) == pytest.approx((low, high, step))
    assert len(scale.ticks) <= most + 1
    assert scale.ticks[0] == pytest.approx(low)
    assert scale.ticks[-1] == pytest.approx(high)


def test_values_lie_where_they_belong_and_never_outside() -> None:
    scale = Scale(-0.1, 0.3, 0.1)
    assert [scale.at(value) for value in (-0.1, 0.1, 0.3, -5.0, 5.0)] == pytest.approx([0, 0.5, 1, 0, 1])


def test_ticks_in_per_cent_have_the_decimals_they_need() -> None:
    assert Scale(0.0, 0.1, 0.05).percents() == ["0%", "5%", "10%"]
    assert Scale(0.0, 0.004, 0.002).percents() == ["0.0%", "0.2%", "0.4%"]
