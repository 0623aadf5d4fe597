"""Ways in and out: mail, SMS, webhooks, files from other mailboxes."""
