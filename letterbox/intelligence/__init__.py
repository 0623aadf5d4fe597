"""Proposals that people confirm: classification, similarity, personal data. Nothing here decides."""
