"""Pages and addresses for the people who are written to: nobody signs in, and what a link may do is signed into it."""
