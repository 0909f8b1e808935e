"""Results of an immutable object's methods, kept with the object: they go when it goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial, update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

Self = TypeVar("Self")
Args = ParamSpec("Args")
Result = TypeVar("Result")
_Method = Callable[Concatenate[Self, Args], Result]


def remembered(size: int) -> Callable[[_Method[Self, Args, Result]], _Method[Self, Args, Result]]:
    """A method, or function of such an object, that keeps its `size` results used last. functools.lru_cache on a method
    would keep the objects, too."""

    def kept(method: _Method[Self, Args, Result]) -> _Method[Self, Args, Result]:
        place = f"_{method.__name__}_kept"

        def ask(self: Self, /, *args: Args.args, **kwargs: Args.kwargs) -> Result:
            results: Any = self.__dict__.get(place)
            if results is None:
                results = self.__dict__[place] = lru_cache(maxsize=size)(partial(method, self))
            found: Result = results(*args, **kwargs)
            return found

        update_wrapper(ask, method)
        return ask

    return kept
