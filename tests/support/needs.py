"""Sees to what the browser tests need: Chromium and a CJK font. Installs them as root on Debian, else says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")


def has_browser() -> bool:
    return any(shutil.which(name) for name in BROWSERS)


def has_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def main() -> int:
    if has_browser() and has_font():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=True, env=environment
        )
        return 0
    sys.stderr.write(
        "The browser tests need Chromium and a Chinese font. Debian/Ubuntu: sudo apt-get install chromium fonts-noto-cjk; "
        "Fedora: sudo dnf install chromium google-noto-sans-cjk-fonts\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
