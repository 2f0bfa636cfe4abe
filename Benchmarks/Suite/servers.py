"""The servers that are compared, each made ready to be started."""

import os

from processes import Server, free_port, fresh_directory
from settings import ACCESS_TOKEN, API_KEY, BENCHMARKS, BUILD, CLIENT_CORE, NUMBER_ID, SECRET


def nginx():
    port, directory = free_port(), fresh_directory("nginx")
    configuration = (BENCHMARKS / "Peers/nginx.conf").read_text()
    file = directory / "nginx.conf"
    file.write_text(configuration.replace("PORT", str(port)).replace("DIRECTORY", str(directory)))
    return Server("nginx", port, ["/usr/sbin/nginx", "-p", directory, "-e", directory / "nginx.log", "-c", file])


def hummingbird():
    port = free_port()
    return Server("Hummingbird", port, [BUILD / "hummingbird/release/hummingbird-peer", port, SECRET])


def fastapi():
    port = free_port()
    command = [
        BUILD / "venv/bin/uvicorn", "--app-dir", BENCHMARKS / "Peers", "--port", port, "--workers", "1",
        "--no-access-log", "--log-level", "critical", "fastapi_app:app"]
    return Server("FastAPI", port, command, {**os.environ, "META_ANSARI_APP_SECRET": SECRET})


def webhook_in_memory():
    return _webhook("webhook, in memory", [])


def webhook_with_journal():
    return _webhook("webhook, journal", [fresh_directory("webhook-journal")])


def _webhook(name, store):
    port = free_port()
    return Server(name, port, [BUILD / "servers/release/webhook-server", port, SECRET, NUMBER_ID, *store])


def neighbours():
    """Graph API and backend; beside the client, because they are not measured."""
    port = free_port()
    program = BUILD / "servers/release/neighbours"
    return Server("neighbours", port, [program, port, NUMBER_ID, ACCESS_TOKEN, API_KEY], core=CLIENT_CORE)


def service(build, neighbour_port=1, data=None):
    """The product itself with an operator's settings. `build`: `urlsession` or `curl`."""
    port = free_port()
    neighbour = f"http://127.0.0.1:{neighbour_port}"
    settings = {
        "DEPLOYMENT_TYPE": "production", "HOST": "127.0.0.1", "PORT": str(port),
        "DATA_DIRECTORY": str(data or fresh_directory("service-journal")), "META_BUSINESS_PHONE_NUMBER_ID": NUMBER_ID,
        "META_ACCESS_TOKEN_FROM_SYS_USER": ACCESS_TOKEN, "META_WEBHOOK_VERIFY_TOKEN": "unused",
        "META_ANSARI_APP_SECRET": SECRET, "WHATSAPP_SERVICE_API_KEY": API_KEY, "META_GRAPH_URL": neighbour,
        "BACKEND_SERVER_URL": neighbour}
    program = BUILD / f"{build}/release/ansari-whatsapp"
    return Server(f"ansari-whatsapp ({build})", port, [program], {"PATH": os.environ["PATH"], **settings})
