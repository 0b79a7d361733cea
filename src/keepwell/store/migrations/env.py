"""How Alembic runs a step: on the connection, and in the transaction, that the store hands it."""

from alembic import context

from keepwell.store.response_tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()
