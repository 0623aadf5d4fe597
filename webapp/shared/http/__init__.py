"""What every request passes through: who asks and from where, headers, cookies, records, assets, refusals."""
