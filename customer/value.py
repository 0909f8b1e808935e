"""What a customer is worth: BG/NBD (Fader, Hardie, Lee 2005, "Counting Your Customers" the Easy Way).

While active a customer buys by a Poisson process whose rate is gamma distributed (r, alpha); after every purchase he
may become inactive with a probability that is beta distributed (a, b). x repeat purchases, the last at t_x, seen for T.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Fitted parameters. Times are in the unit of the data they were fitted on."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    @staticmethod
    def fit(x: Array, t_x: Array, total: Array) -> BgNbd:
        """Maximum likelihood. Raises ValueError when the search does not end."""
        best = None
        for start in (np.zeros(4), np.log([0.5, 5.0, 1.0, 3.0])):
            found = minimize(lambda p: -_log_likelihood(np.exp(p), x, t_x, total), start, method="L-BFGS-B")
            if best is None or found.fun < best.fun:
                best = found
        if best is None or not np.isfinite(best.fun):
            raise ValueError("BG/NBD：似然没有最大值；检查 x、t_x、T")
        r, alpha, a, b = map(float, np.exp(best.x))
        return BgNbd(r, alpha, a, b, -float(best.fun))

    def alive(self, x: Array, t_x: Array, total: Array) -> Array:
        """The chance that a customer is still active (equation 3 of Fader, Hardie, Lee 2008)."""
        odds = (self.a / (self.b + np.maximum(x, 1) - 1)) * ((self.alpha + total) / (self.alpha + t_x)) ** (self.r + x)
        chance: Array = 1 / (1 + np.where(x > 0, odds, 0))
        return chance

    def expected(self, ahead: float, x: Array, t_x: Array, total: Array) -> Array:
        """Purchases to be expected in the time `ahead` (equation 10 of the 2005 paper)."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        ratio = ahead / (alpha + total + ahead)
        shrink = ((alpha + total) / (alpha + total + ahead)) ** (r + x)
        part = 1 - shrink * hyp2f1(r + x, b + x, a + b + x - 1, ratio)
        count: Array = (a + b + x - 1) / (a - 1) * part * self.alive(x, t_x, total)
        return count


def _log_likelihood(parameters: Array, x: Array, t_x: Array, total: Array) -> float:
    r, alpha, a, b = parameters
    base = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    base = base + betaln(a, b + x) - betaln(a, b)
    active = -(r + x) * np.log(alpha + total)
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    return float((base + np.logaddexp(active, np.where(x > 0, gone, -np.inf))).sum())
