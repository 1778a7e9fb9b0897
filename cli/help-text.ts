import { LATER_RESOURCES } from '../contract/resources';

/** What `amazon-sync help` says. */
export const HELP = `amazon-sync: starts, watches and reads syncs of Amazon data

  amazon-sync start [--full] [--watch]    start a sync; --full fetches twelve months again
  amazon-sync status [syncId]             how a sync is; without an id the running or last one
  amazon-sync watch [syncId]              follow it to its end; Ctrl-C leaves it running
  amazon-sync cancel [syncId]             cancel it; without an id the running one
  amazon-sync history [--limit 20] [--offset 0]
                                          past syncs, newest first
  amazon-sync export orders [--status --from --to --order-id --sku --asin --marketplace-id]
  amazon-sync export inventory [--sku --asin --marketplace-id]
  amazon-sync export ${['claims', ...LATER_RESOURCES].join('|')} [--from --to --order-id --sku --asin --reason]
                                          --sort FIELD, or --sort=-FIELD for the largest or latest first;
                                          all rows as CSV, to the terminal or with -o FILE to a file,
                                          which has that name only once it is whole
  amazon-sync help | --version

Where, and as whom:
  AMAZON_SYNC_URL           the service's address; or --url
  AMAZON_SYNC_TOKEN         the session token
  AMAZON_SYNC_TOKEN_FILE    a file that holds it; or --token-file
  --token                   the same, but other users of the machine can see a program's arguments:
                            prefer the environment or a file

Options of every command:
  --json                    one JSON document on standard output; watch and start --watch: a line for each
                            status. A failure is {"success":false,"error":"<code>","message":"…"}
  --retry-for SECONDS       how long to try again while the service is out of reach; 30, or 300 when
                            watching

Exit codes:
  0   done; of a sync: complete, or for status also still running
  1   the sync failed
  2   the command line, or a value in it, is wrong
  3   not signed in: the session is missing, wrong or expired
  4   a sync already runs
  5   the service is out of reach, or something else answers at its address
  6   the sync is complete but for a part that could not be fetched
  7   the sync was cancelled
  8   refused: Amazon is not connected, there is no such sync, or it has already ended
  9   the output cannot be written
  130 interrupted (Ctrl-C); 143 terminated; 141 nobody reads the output any more

Colours and moving bars come only on a terminal; NO_COLOR switches colours off.
`;
