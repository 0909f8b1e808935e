"""The addresses of 企业微信 and the page to chat from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from connectors.simulators.http import add_page, answered, guarded
from connectors.simulators.wechat_rules import Broken, read_raw
from connectors.simulators.wecom import WeComPlatform


def wecom_app(platform: WeComPlatform) -> FastAPI:
    """The application; `platform` is its state."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.platform = platform
    calls: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "/cgi-bin/kf/sync_msg": platform.sync,
        "/cgi-bin/kf/send_msg": platform.send,
        "/cgi-bin/kf/send_msg_on_event": platform.welcome,
        "/cgi-bin/kf/service_state/get": platform.state,
        "/cgi-bin/kf/service_state/trans": platform.move,
        "/cgi-bin/message/send": platform.send_app,
    }
    for path, made in calls.items():
        app.add_api_route(path, guarded(platform, path, made), methods=["POST"])

    @app.get("/cgi-bin/gettoken")
    async def token(request: Request) -> Response:
        """The token, if the secret is right."""

        def issue(_body: dict[str, Any]) -> dict[str, Any]:
            query = request.query_params
            if (query.get("corpid"), query.get("corpsecret")) != (platform.settings.corpid, platform.settings.secret):
                raise Broken(40001, "invalid credential")
            made, seconds = platform.tokens.issue(False)
            return {"access_token": made, "expires_in": seconds}

        return await answered(platform.faults, "/cgi-bin/gettoken", request, issue)

    add_page(app)

    @app.get("/screen/{user}")
    async def screen(user: str) -> Response:
        """What the customer sees."""
        return JSONResponse({"screen": platform.customer(user).screen, "menu": [], "title": "微信客服模拟器"})

    @app.post("/act/{user}")
    async def act(user: str, request: Request) -> Response:
        """What the customer does."""
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return Response(status_code=415)  # a page of somebody else's can't send JSON here unasked
        body = read_raw(await request.body())
        if "event" in body:
            await platform.enter(user, str(body.get("key", "")))
        elif "kind" in body:
            platform.put(user, {"origin": 3, "msgtype": str(body["kind"])})
            await platform.notify()
        else:
            await platform.say(user, str(body.get("text", "")))
        return JSONResponse({})

    return app
