"""The portal in a real browser: the whole way with and without JavaScript, at desktop width and at 320 px."""
