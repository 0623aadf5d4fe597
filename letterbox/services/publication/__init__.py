"""What of a letter becomes public: its copy masked piece by piece, corrected, withdrawn, and read by everybody."""
