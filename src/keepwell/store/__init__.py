"""The store: what people did, in rows and transactions: versions applied, plans, approvals, waivers, certificates, audit."""
