#!/bin/sh
# Brings both of Temporal's databases to the schema that this version's tools hold. Safe to run at every
# start: a schema that is up to date stays as it is. Host, user and password come from SQL_HOST and so on.
set -eu

# The two databases are made with the PostgreSQL volume; this user may not create any.
for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  schema=postgresql/v12/${pair##*:}
  temporal-sql-tool --plugin postgres12 --db "$database" setup-schema -v 0.0
  temporal-sql-tool --plugin postgres12 --db "$database" update-schema --schema-name "$schema"
done
