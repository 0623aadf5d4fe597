"""The mailbox: its rules, records, services and engine, without a web page or a worker."""
