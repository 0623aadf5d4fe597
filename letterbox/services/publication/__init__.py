"""What of a letter becomes public: its copy prepared piece by piece, corrected, withdrawn, and read by everybody."""
