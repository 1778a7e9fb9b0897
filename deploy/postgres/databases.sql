-- Run once by the PostgreSQL image, as its superuser, when the data volume is empty.
-- Temporal and the service share the server and nothing else: each has its own role, and neither can
-- connect to the other's database.

\getenv temporal_password TEMPORAL_DB_PASSWORD
\getenv sync_password AMAZON_SYNC_DB_PASSWORD
\getenv api_password AMAZON_SYNC_API_DB_PASSWORD
\getenv worker_password AMAZON_SYNC_WORKER_DB_PASSWORD

create role temporal login password :'temporal_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;

create role amazon_sync login password :'sync_password';
create database amazon_sync owner amazon_sync;

-- What API and worker connect as: subject to row-level security. Migrations, run by the owner, give them rights.
create role amazon_sync_api login password :'api_password';
create role amazon_sync_worker login password :'worker_password';

revoke connect on database temporal, temporal_visibility, amazon_sync, postgres from public;
grant connect on database amazon_sync to amazon_sync_api, amazon_sync_worker;
