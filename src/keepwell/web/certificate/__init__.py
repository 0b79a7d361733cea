"""The certificate page: the evidence of a version as one self-contained HTML file that opens offline."""
