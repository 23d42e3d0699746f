"""What is written: files appear whole or not at all."""
