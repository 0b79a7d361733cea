"""What the server does again and again beside answering."""
