"""The webhook's work as one would write it with FastAPI: check Meta's signature, decode the JSON, answer 200."""

import hashlib
import hmac
import json
import os

from fastapi import FastAPI, HTTPException, Request

KEY = os.environ["META_ANSARI_APP_SECRET"].encode()
app = FastAPI()


@app.get("/")
async def status():
    return {"status": "ok"}


@app.post("/whatsapp/v2")
async def webhook(request: Request):
    body = await request.body()
    expected = "sha256=" + hmac.new(KEY, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
        raise HTTPException(403, "Invalid signature")
    payload = json.loads(body)
    if not payload["entry"][0]["changes"][0]["value"]["messages"]:
        raise HTTPException(400, "Invalid payload")
    return {"success": True, "message": "Message processed successfully"}
