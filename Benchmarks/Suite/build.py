"""Installs and builds what the measurements need. What is there already is left alone or brought up to date."""

import shutil
import subprocess
import sys

from settings import BENCHMARKS, BUILD, PROJECT, SCRATCH

DEBIAN = {"nginx": "nginx-light", "wrk": "wrk", "cc": "gcc", "curl-config": "libcurl4-openssl-dev"}
PYTHON = ["fastapi", "uvicorn[standard]"]


def build():
    SCRATCH.mkdir(parents=True, exist_ok=True)
    install_debian(DEBIAN)
    if not (BUILD / "venv/bin/uvicorn").exists():
        run(sys.executable, "-m", "venv", BUILD / "venv")
        run(BUILD / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", *PYTHON)
    run("cc", "-O2", "-Wall", "-o", BUILD / "load", BENCHMARKS / "Clients/load.c")
    # Linked as the README says for a machine without Swift, and for production.
    static = ["--static-swift-stdlib"]
    packed = ["-Xswiftc", "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"]
    swift_build("urlsession", PROJECT, *static, "--product", "ansari-whatsapp")
    swift_build("curl", PROJECT, *static, *packed, "--product", "ansari-whatsapp", "--traits", "Curl")
    swift_build("servers", BENCHMARKS / "Servers", *static)
    swift_build("hummingbird", BENCHMARKS / "Peers/HummingbirdPeer", *static)


def install_debian(packages):
    """Installs the packages whose program is missing."""
    missing = [package for program, package in packages.items() if not shutil.which(program)]
    if missing:
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", *missing)


def swift_build(name, package, *options):
    run("swift", "build", "-c", "release", "--package-path", package, "--scratch-path", BUILD / name, *options)


def run(*command):
    words = [str(word) for word in command]
    print("+", " ".join(words), flush=True)
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit(f"{result.stdout}\n{words[0]} failed; what it said is above.")
