"""Who may know of a letter: the one rule, and what lists say of letters that somebody may not see."""
