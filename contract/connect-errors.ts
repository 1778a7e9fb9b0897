/**
 * Why connecting Amazon did not work, in the words for people. The browser comes back to the frontend's
 * `/oauth/callback?error=<code>`.
 */
export const CONNECT_ERRORS = {
  unauthorized: 'The session has ended. Sign in, then connect Amazon again.',
  invalid_request: 'Amazon sent the browser back without what is needed. Connect Amazon again.',
  state_unknown: 'This authorization was not started here. Connect Amazon again.',
  state_expired: 'The authorization took longer than ten minutes. Connect Amazon again.',
  state_used: 'This authorization was used already. Connect Amazon again if it is not connected.',
  state_of_another_user:
    'Somebody else started this authorization. Nothing was connected; start your own.',
  state_of_another_browser:
    'This authorization was started in another browser. Nothing was connected; start in this one.',
  consent_declined: 'Amazon was not connected, because access was declined.',
  untrusted_callback: 'The link did not lead back to Amazon, so nothing was done.',
  code_expired: 'Amazon’s confirmation has expired. Connect Amazon again.',
  credentials_rejected:
    'Amazon does not accept this service at the moment. That is a fault on our side; try again later.',
  amazon_refused: 'Amazon refused the authorization. Connect Amazon again.',
  amazon_unavailable: 'Amazon did not answer. Connect Amazon again in a few minutes.',
  service_unavailable: 'Nothing could be stored at the moment. Connect Amazon again in a minute.',
  storage_full: 'There is no room to store the connection. Connect Amazon again later.',
  sync_delayed: 'Amazon is connected. The first sync starts by itself within a few minutes.',
  internal_server_error: 'Something went wrong on our side. Connect Amazon again.',
} as const;

export type ConnectErrorCode = keyof typeof CONNECT_ERRORS;
