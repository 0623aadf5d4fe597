"""Reading letters: lists, search, the full record, figures, replies for other mailboxes, export."""
