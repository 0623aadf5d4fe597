"""What the audiences' pages share: components, lists, words, and what every request passes through."""
