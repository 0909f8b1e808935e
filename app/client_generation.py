"""Typed clients for the app's API, written from the OpenAPI document: one Python and one TypeScript module.

Both know the same operations and shapes. They hold no cleverness of their own: what reconnecting and resuming need is
in docs/channels.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PREFIXES = ("/api/v1/app/",)
_METHODS = ("get", "post", "delete", "put")
_PLAIN = {"string": ("str", "string"), "integer": ("int", "number"), "number": ("float", "number")}
_PLAIN |= {"boolean": ("bool", "boolean"), "null": ("None", "null")}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its name in clients, method, path, query names, and the schemas of body and answer."""

    name: str
    summary: str
    method: str
    path: str
    query: tuple[str, ...]
    body: dict[str, Any] | None
    answer: dict[str, Any] | None


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """The operations that clients have: those of the app with JSON or nothing as answer."""
    found = []
    for path, methods in sorted(document["paths"].items()):
        for method, told in methods.items():
            if method in _METHODS and path.startswith(PREFIXES) and not path.endswith("/events"):
                found.append(_operation(path, method, told))
    return found


def python_client(document: Mapping[str, Any]) -> str:
    """The Python module; it needs httpx."""
    listed = operations(document)
    shapes = [_python_shape(name, shape) for name, shape in _shapes(document, listed)]
    methods = [_python_method(operation) for operation in listed]
    return _PYTHON_HEAD + "\n\n".join(shapes) + "\n\n\n" + _PYTHON_CLASS + "\n\n".join(methods) + "\n"


def typescript_client(document: Mapping[str, Any]) -> str:
    """The TypeScript module; it needs fetch."""
    listed = operations(document)
    shapes = [_typescript_shape(name, shape) for name, shape in _shapes(document, listed)]
    methods = [_typescript_method(operation) for operation in listed]
    return _TS_HEAD + "\n\n".join(shapes) + "\n\n" + _TS_CLASS + "\n\n".join(methods) + "\n}\n"


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    good: dict[str, Any] = next((told["responses"][c] for c in sorted(told["responses"]) if c.startswith("2")), {})
    answer = good.get("content", {}).get("application/json", {}).get("schema")
    query = tuple(p["name"] for p in told.get("parameters", ()) if p["in"] == "query")
    name = re.sub(r"_api_v1_.*", "", told["operationId"])
    return Operation(name, told.get("summary", ""), method, path, query, body, answer)


def _shapes(document: Mapping[str, Any], listed: Iterable[Operation]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas that the operations use, used ones before those that use them."""
    schemas = document["components"]["schemas"]
    done: dict[str, None] = {}

    def visit(schema: Any) -> None:
        if isinstance(schema, dict):
            if "$ref" in schema:
                name = schema["$ref"].rpartition("/")[2]
                if name not in done:
                    visit(schemas[name])
                    done[name] = None
            for value in schema.values():
                visit(value)
        elif isinstance(schema, list):
            for value in schema:
                visit(value)

    for operation in listed:
        visit(operation.body)
        visit(operation.answer)
    return ((name, schemas[name]) for name in done)


def _type(schema: Mapping[str, Any] | None, python: bool) -> str:
    if schema is None:
        return "None" if python else "void"
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        values = [f'"{v}"' for v in schema["enum"]]
        return f"Literal[{', '.join(values)}]" if python else " | ".join(values)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(s, python) for s in schema["anyOf"]))
    if schema.get("type") == "array":
        inner = _type(schema.get("items"), python)
        return f"list[{inner}]" if python else f"Array<{inner}>"
    if schema.get("type") in _PLAIN:
        return _PLAIN[schema["type"]][0 if python else 1]
    return "dict[str, Any]" if python else "Record<string, unknown>"


def _python_shape(name: str, schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"{name} = {_type(schema, True)}"
    needed = set(schema.get("required", ()))
    lines = [f"class {name}(TypedDict):", f'    """{_line(schema)}"""', ""]
    for field, told in schema.get("properties", {}).items():
        kind = _type(told, True)
        lines.append(f"    {field}: {kind if field in needed else f'NotRequired[{kind}]'}")
    return "\n".join(lines)


def _python_method(operation: Operation) -> str:
    given = ["self"] + ([f"body: {_type(operation.body, True)}"] if operation.body else [])
    given += [f"{name}: int | None = None" for name in operation.query]
    lines = [
        f"    def {operation.name}({', '.join(given)}) -> {_type(operation.answer, True)}:",
        f'        """{operation.summary}."""',
    ]
    query = "{" + ", ".join(f'"{n}": {n}' for n in operation.query) + "}"
    call = f'self._call("{operation.method.upper()}", "{operation.path}"'
    call += ", body=body" if operation.body else ""
    call += f", query={query}" if operation.query else ""
    if operation.answer is None:
        return "\n".join([*lines, f"        {call})"])
    return "\n".join([*lines, f"        return cast({_type(operation.answer, True)!r}, {call}))"])


def _typescript_shape(name: str, schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"export type {name} = {_type(schema, False)};"
    needed = set(schema.get("required", ()))
    lines = [f"/** {_line(schema)} */", f"export interface {name} {{"]
    for field, told in schema.get("properties", {}).items():
        lines.append(f"  {field}{'' if field in needed else '?'}: {_type(told, False)};")
    return "\n".join([*lines, "}"])


def _typescript_method(operation: Operation) -> str:
    name = re.sub(r"_(\w)", lambda m: m.group(1).upper(), operation.name)
    given = [f"body: {_type(operation.body, False)}"] if operation.body else []
    given += [f"query: {{ {'; '.join(f'{n}?: number' for n in operation.query)} }} = {{}}"] if operation.query else []
    call = f'this.call("{operation.method.upper()}", "{operation.path}"'
    call += ", body" if operation.body else ", undefined"
    call += ", query" if operation.query else ""
    kind = _type(operation.answer, False)
    return "\n".join(
        [
            f"  /** {operation.summary}. */",
            f"  {name}({', '.join(given)}): Promise<{kind}> {{",
            f"    return {call}) as Promise<{kind}>;",
            "  }",
        ]
    )


def _line(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", schema.get("title", ""))).split("\n", maxsplit=1)[0]


_PYTHON_HEAD = '''"""Client of 金问's API for the bank's app. Generated by `python -m scripts.clients`: don't edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict, cast

import httpx


class ProblemError(Exception):
    """The server refused; `problem` is its RFC 9457 document, `retry_after` seconds if it says so."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after: str | None) -> None:
        super().__init__(f"{status} {problem.get('detail') or problem.get('title', '')}")
        self.status, self.problem = status, problem
        self.retry_after = int(retry_after) if retry_after and retry_after.isdecimal() else None


'''
_PYTHON_CLASS = '''class Client:
    """Calls with one customer's token. `http` has the server's address as its base_url."""

    def __init__(self, http: httpx.Client, token: str) -> None:
        self._http, self.token = http, token

    def _call(
        self, method: str, path: str, body: Any = None, query: dict[str, int | None] | None = None
    ) -> Any:
        params = {name: value for name, value in (query or {}).items() if value is not None}
        headers = {"Authorization": f"Bearer {self.token}"}
        sent = {"json": body} if body is not None else {}
        answer = self._http.request(method, path, params=params, headers=headers, **sent)
        if answer.is_success:
            return answer.json() if answer.content else None
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        raise ProblemError(answer.status_code, problem, answer.headers.get("Retry-After"))

'''
_TS_HEAD = """// Client of 金问's API for the bank's app. Generated by `python -m scripts.clients`: don't edit.

/** The server refused; `problem` is its RFC 9457 document. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Record<string, unknown>,
    readonly retryAfter: number | null,
  ) {
    super(`${status} ${String(problem.detail ?? problem.title ?? "")}`);
  }
}

"""
_TS_CLASS = """/** Calls with one customer's token; `token` may be replaced when it ends. */
export class Client {
  constructor(
    private readonly server: string,
    public token: string,
  ) {}

  private async call(
    method: string,
    path: string,
    body?: unknown,
    query: Record<string, number | undefined> = {},
  ): Promise<unknown> {
    const url = new URL(path, this.server);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (answer.ok) return answer.status === 204 ? undefined : answer.json();
    const problem = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    const seconds = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
    throw new ProblemError(answer.status, problem, Number.isNaN(seconds) ? null : seconds);
  }

"""
