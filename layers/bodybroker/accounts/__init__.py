"""Players' access tokens: what they claim and how they are laid out."""
