"""Who did what, also who only read: written with the act, chained, and read by auditors and operators."""
