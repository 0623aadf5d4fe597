"""What the environment may say, and what production refuses before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.domain.errors import ConfigError
from letterbox.settings import WITH_SECOND_FACTOR, Settings, load

GIVEN = {
    "DATABASE_URL": "postgresql://a:b@127.0.0.1/c",
    "ENGINE_URL": "http://127.0.0.1/engine-rest",
    "ENGINE_USER": "x",
    "ENGINE_PASSWORD": "x",
    "LETTERBOX_SECRET_KEY": "0123456789abcdef0123456789abcdef",
}


def settings(folder: Path, **given: str) -> Settings:
    return load({**GIVEN, "LETTERBOX_DATA_DIR": str(folder), **given})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LETTERBOX_SECRET_KEY", "x"),
        ("LETTERBOX_SECRET_KEY", "x" * 31),
        ("LETTERBOX_OLD_SECRET_KEYS", "short"),
        ("LETTERBOX_OLD_SECRET_KEYS", "0123456789abcdef0123456789abcdef, short"),
        ("LETTERBOX_PUBLIC_URL", "mailbox.example.gov.cn"),
        ("LETTERBOX_PUBLIC_URL", "http://mailbox.example.gov.cn"),
        ("LETTERBOX_PUBLIC_URL", "http://10.1.2.3:8080"),
        ("LETTERBOX_PUBLIC_URL", "ftp://mailbox.example.gov.cn"),
        ("LETTERBOX_PUBLIC_URL", "https://"),
        ("LETTERBOX_PUBLIC_URL", "https://mailbox:99999"),
        ("LETTERBOX_PUBLIC_URL", "https://[::1"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "smtp://"),
        ("SMS_URL", "http://sms.example.org/send"),
        ("SMS_URL", "sms.example.org"),
        ("LETTERBOX_MONITOR_NETWORKS", "10.1.2.3/8"),
        ("LETTERBOX_MONITOR_NETWORKS", "everybody"),
    ],
)
def test_what_cannot_be_meant_or_is_unsafe_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, **{name: value})
    assert name in str(refused.value)
    assert "0123456789abcdef" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LETTERBOX_PUBLIC_URL", "https://mailbox.example.gov.cn"),
        ("LETTERBOX_PUBLIC_URL", "http://127.0.0.1:9000"),
        ("LETTERBOX_PUBLIC_URL", "http://localhost:9000"),
        ("LETTERBOX_PUBLIC_URL", "http://[::1]:9000"),
        ("SMTP_URL", "smtps://user:pass@mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org"),
        ("SMTP_URL", "smtp+plain://mail:1025"),
        ("SMS_URL", "https://sms.example.org/send"),
        ("SMS_URL", "http://127.0.0.1:9/send"),
        ("LETTERBOX_MONITOR_NETWORKS", "10.0.0.0/8, ::1/128"),
    ],
)
def test_what_is_safe_is_taken(tmp_path: Path, name: str, value: str) -> None:
    assert settings(tmp_path, **{name: value})


def test_outside_production_an_address_need_not_be_encrypted(tmp_path: Path) -> None:
    assert settings(tmp_path, LETTERBOX_PROFILE="test", LETTERBOX_PUBLIC_URL="http://mailbox.example.gov.cn")


def test_replaced_secrets_are_only_tried(tmp_path: Path) -> None:
    old = "an old secret of the tests which is long enough"
    keys = settings(tmp_path, LETTERBOX_OLD_SECRET_KEYS=f"{old}, ").keys
    assert keys.secrets == (GIVEN["LETTERBOX_SECRET_KEY"], old)


def test_production_asks_those_who_see_or_change_everything_for_a_second_factor(tmp_path: Path) -> None:
    name = "LETTERBOX_SECOND_FACTOR_ROLES"
    assert settings(tmp_path).second_factor_names == tuple(WITH_SECOND_FACTOR.split(","))
    assert settings(tmp_path, **{name: "none"}).second_factor_names == ()
    assert settings(tmp_path, **{name: "leader, admin"}).second_factor_names == ("leader", "admin")
    assert settings(tmp_path, LETTERBOX_PROFILE="test").second_factor_names == ()
    with pytest.raises(ConfigError, match="没有角色 boss"):
        settings(tmp_path, **{name: "admin, boss"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LETTERBOX_SESSION_IDLE_MINUTES", "0"),
        ("LETTERBOX_SESSION_HOURS", "-1"),
        ("LETTERBOX_PASSWORD_LENGTH", "7"),
        ("LETTERBOX_PASSWORD_DAYS", "viele"),
    ],
)
def test_limits_of_signing_in_are_sensible_numbers(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        settings(tmp_path, **{name: value})


@pytest.mark.parametrize(
    "given",
    [
        {"LETTERBOX_OIDC_ISSUER": "http://sso.example.gov.cn", "LETTERBOX_OIDC_CLIENT_ID": "letterbox"},
        {"LETTERBOX_OIDC_ISSUER": "sso.example.gov.cn", "LETTERBOX_OIDC_CLIENT_ID": "letterbox"},
        {"LETTERBOX_OIDC_ISSUER": "https://sso.example.gov.cn"},
    ],
)
def test_single_sign_on_is_encrypted_and_named(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="LETTERBOX_OIDC"):
        settings(tmp_path, **given)
