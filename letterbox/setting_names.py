"""How the environment calls each setting, which must be there and which are numbers."""

from __future__ import annotations

VARIABLES: dict[str, str] = {
    "profile": "LETTERBOX_PROFILE",
    "data_dir": "LETTERBOX_DATA_DIR",
    "database_url": "DATABASE_URL",
    "owner_database_url": "LETTERBOX_OWNER_DATABASE_URL",
    "audit_database_url": "LETTERBOX_AUDIT_DATABASE_URL",
    "audit_days": "LETTERBOX_AUDIT_DAYS",
    "syslog_url": "LETTERBOX_SYSLOG_URL",
    "engine": "LETTERBOX_ENGINE",
    "engine_url": "ENGINE_URL",
    "engine_user": "ENGINE_USER",
    "engine_password": "ENGINE_PASSWORD",
    "secret_key": "LETTERBOX_SECRET_KEY",
    "old_secret_keys": "LETTERBOX_OLD_SECRET_KEYS",
    "clock": "LETTERBOX_CLOCK",
    "public_url": "LETTERBOX_PUBLIC_URL",
    "web_host": "LETTERBOX_WEB_HOST",
    "web_port": "LETTERBOX_WEB_PORT",
    "smtp_url": "SMTP_URL",
    "mail_from": "MAIL_FROM",
    "sms_url": "SMS_URL",
    "scanner_url": "LETTERBOX_SCANNER_URL",
    "county_name": "LETTERBOX_COUNTY_NAME",
    "mailbox_name": "LETTERBOX_MAILBOX_NAME",
    "number_prefix": "LETTERBOX_NUMBER_PREFIX",
    "quiet_hours": "LETTERBOX_QUIET_HOURS",
    "worker_slots": "LETTERBOX_WORKER_SLOTS",
    "stall_look_s": "LETTERBOX_STALL_LOOK_S",
    "stall_minutes": "LETTERBOX_STALL_MINUTES",
    "stall_visits": "LETTERBOX_STALL_VISITS",
    "security_contact": "LETTERBOX_SECURITY_CONTACT",
    "trusted_proxies": "LETTERBOX_TRUSTED_PROXIES",
    "hosts": "LETTERBOX_HOSTS",
    "monitor_networks": "LETTERBOX_MONITOR_NETWORKS",
    "workers_url": "LETTERBOX_WORKERS_URL",
    "session_idle_minutes": "LETTERBOX_SESSION_IDLE_MINUTES",
    "session_hours": "LETTERBOX_SESSION_HOURS",
    "fresh_sign_in_minutes": "LETTERBOX_FRESH_SIGN_IN_MINUTES",
    "password_length": "LETTERBOX_PASSWORD_LENGTH",
    "password_history": "LETTERBOX_PASSWORD_HISTORY",
    "password_days": "LETTERBOX_PASSWORD_DAYS",
    "token_days": "LETTERBOX_TOKEN_DAYS",
    "proof_cost": "LETTERBOX_PROOF_COST",
    "second_factor_roles": "LETTERBOX_SECOND_FACTOR_ROLES",
    "oidc_issuer": "LETTERBOX_OIDC_ISSUER",
    "oidc_client_id": "LETTERBOX_OIDC_CLIENT_ID",
    "oidc_client_secret": "LETTERBOX_OIDC_CLIENT_SECRET",
    "oidc_claim": "LETTERBOX_OIDC_CLAIM",
    "oidc_scopes": "LETTERBOX_OIDC_SCOPES",
    "backup_days": "LETTERBOX_BACKUP_DAYS",
}
"""Field of ``Settings`` → environment variable; every name is documented in docs/reference/settings.md."""

REQUIRED = ("database_url", "engine_url", "engine_user", "engine_password", "secret_key")
LEAST = {
    "audit_days": 183,
    "session_idle_minutes": 1,
    "session_hours": 1,
    "fresh_sign_in_minutes": 1,
    "password_length": 8,
    "password_history": 0,
    "password_days": 0,
    "token_days": 1,
    "proof_cost": 100,
    "backup_days": 0,
}
INTEGERS = frozenset(
    {"web_port", "worker_slots", "trusted_proxies", "stall_look_s", "stall_minutes", "stall_visits"} | LEAST.keys()
)
