"""The platform's own addresses (token, messages, menu, OAuth, media, QR) and a page to chat from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from connectors.simulators.http import Call, add_page, answered, guarded
from connectors.simulators.wechat import Platform
from connectors.simulators.wechat_rules import Broken, read_raw, shown

_PHONE = "simulated_phone"


def platform_app(platform: Platform) -> FastAPI:
    """The application; `platform` is its state."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.platform = platform
    _add_calls(app, platform)
    _add_login(app, platform)
    _add_page(app, platform)
    return app


def _add_calls(app: FastAPI, platform: Platform) -> None:
    calls: dict[str, Call] = {
        "/cgi-bin/message/custom/send": lambda body: _custom_send(platform, body),
        "/cgi-bin/message/custom/typing": lambda body: _known_user(platform, body),
        "/cgi-bin/message/template/send": lambda body: {
            **_known_user(platform, body),
            "msgid": int(platform.new_id()),
        },
        "/cgi-bin/message/subscribe/bizsend": lambda body: _known_user(platform, body),
        "/cgi-bin/menu/create": lambda body: _set_menu(platform, body),
        "/cgi-bin/qrcode/create": lambda body: _scene(platform, body),
    }
    for path, made in calls.items():
        app.add_api_route(path, guarded(platform, path, made), methods=["POST"])

    @app.post("/cgi-bin/stable_token")
    async def stable_token(request: Request) -> Response:
        """The token, if the secret is right."""

        def issue(body: dict[str, Any]) -> dict[str, Any]:
            if (body.get("appid"), body.get("secret")) != (platform.settings.appid, platform.settings.secret):
                raise Broken(40125, "invalid appsecret")
            token, seconds = platform.tokens.issue(bool(body.get("force_refresh")))
            return {"access_token": token, "expires_in": seconds}

        return await answered(platform.faults, "/cgi-bin/stable_token", request, issue)

    @app.get("/cgi-bin/get_current_selfmenu_info")
    async def menu(request: Request) -> Response:
        """The menu as it stands."""

        def read(_body: dict[str, Any]) -> dict[str, Any]:
            platform.tokens.check(request.query_params.get("access_token", ""))
            if not platform.menu:
                raise Broken(46003, "menu no exist")
            return {"is_menu_open": 1, "selfmenu_info": {"button": platform.menu}}

        return await answered(platform.faults, "/cgi-bin/get_current_selfmenu_info", request, read)


def _custom_send(platform: Platform, body: dict[str, Any]) -> dict[str, Any]:
    message = shown(body)
    user = platform.users.get(str(body.get("touser")))
    if user is None:
        raise Broken(40003, "invalid openid")
    user.take(platform.clock())
    user.screen.append(message)
    return {}


def _known_user(platform: Platform, body: dict[str, Any]) -> dict[str, Any]:
    if str(body.get("touser")) not in platform.users:
        raise Broken(40003, "invalid openid")
    return {}


def _set_menu(platform: Platform, body: dict[str, Any]) -> dict[str, Any]:
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Broken(40016, "invalid button size")
    if any(not 0 < len(str(b.get("name", "")).encode()) <= 16 for b in buttons):
        raise Broken(40018, "invalid button name size")
    platform.menu = buttons
    return {}


def _scene(platform: Platform, body: dict[str, Any]) -> dict[str, Any]:
    scene = str(body.get("action_info", {}).get("scene", {}).get("scene_str", ""))
    if not 0 < len(scene) <= 64:
        raise Broken(40053, "invalid action info")
    ticket = platform.new_id()
    platform.scenes[ticket] = scene
    return {
        "ticket": ticket,
        "expire_seconds": body.get("expire_seconds", 60),
        "url": f"http://weixin.qq.com/q/{ticket}",
    }


def _add_login(app: FastAPI, platform: Platform) -> None:
    @app.get("/connect/oauth2/authorize")
    async def authorize(request: Request) -> Response:
        """The user's browser asks who he is; `openid` in the query or the cookie of `login` plays the phone's own
        identity."""
        query = request.query_params
        target = query.get("redirect_uri", "")
        if query.get("appid") != platform.settings.appid or urlsplit(target).scheme not in ("http", "https"):
            return Response("redirect_uri 参数错误", 400)
        code = platform.new_id()
        platform.codes[code] = query.get("openid") or request.cookies.get(_PHONE, "o-guest")
        return RedirectResponse(f"{target}?{urlencode({'code': code, 'state': query.get('state', '')})}")

    @app.get("/sns/oauth2/access_token")
    async def openid(request: Request) -> Response:
        """The bot asks whose code it is; a code works once."""
        query = request.query_params
        if (query.get("appid"), query.get("secret")) != (platform.settings.appid, platform.settings.secret):
            return JSONResponse({"errcode": 40125, "errmsg": "invalid appsecret"})
        found = platform.codes.pop(query.get("code", ""), None)
        if found is None:
            return JSONResponse({"errcode": 40029, "errmsg": "invalid code"})
        return JSONResponse({"openid": found, "scope": "snsapi_base", "access_token": "web", "expires_in": 7200})


def _add_page(app: FastAPI, platform: Platform) -> None:
    add_page(app)

    @app.get("/screen/{openid}")
    async def screen(openid: str) -> Response:
        """What the user sees."""
        user = platform.user(openid)
        return JSONResponse(
            {"screen": user.screen, "menu": platform.menu, "title": "微信公众号模拟器", "login": f"/login/{openid}"}
        )

    @app.get("/login/{openid}")
    async def login(openid: str) -> Response:
        """What a link to the bank's sign-in does when it is opened inside 微信: this browser is the user's phone."""
        answer = RedirectResponse(f"{platform.callback}/login")
        answer.set_cookie(_PHONE, openid, httponly=True, samesite="lax")
        return answer

    @app.post("/act/{openid}")
    async def act(openid: str, request: Request) -> Response:
        """What the user does: says something, or an event by name."""
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return Response(status_code=415)  # a page of somebody else's can't send JSON here unasked
        body = read_raw(await request.body())
        if "event" in body:
            await platform.event(openid, str(body["event"]), EventKey=str(body.get("key", "")))
        elif "menu" in body:
            await platform.say(openid, str(body["text"]), bizmsgmenuid=str(body["menu"]))
        elif "kind" in body:
            await platform.message(openid, {"MsgType": str(body["kind"]), "MediaId": "m"})
        else:
            await platform.say(openid, str(body.get("text", "")))
        return JSONResponse({})
