"""The ways on which others are told of something: HTTP to those who asked for it, e-mail."""
