"""Sees to what tests need beside Python: Chromium, a CJK font, nginx, clamd. Installs them as root on Debian, else says what to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PROGRAMS = {"nginx": "nginx-light", "clamd": "clamav-daemon"}
"""Servers that tests run for real: the program and Debian's package. Debian would start them; the tests start their own."""
PACKAGES = ("chromium", "fonts-noto-cjk", *PROGRAMS.values())
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def has_browser() -> bool:
    return any(shutil.which(name) for name in BROWSERS)


def has_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def has_programs() -> bool:
    return all(shutil.which(name, path=PATH) for name in PROGRAMS)


def main() -> int:
    if has_browser() and has_font() and has_programs():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=True, env=environment
        )
        return 0
    sys.stderr.write(
        f"The tests need Chromium, a Chinese font, {', '.join(PROGRAMS)}. Debian/Ubuntu: sudo apt-get install {' '.join(PACKAGES)}; "
        f"Fedora: sudo dnf install chromium google-noto-sans-cjk-fonts {' '.join(PROGRAMS)}\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
