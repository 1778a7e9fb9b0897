/** What maintenance does, by the names of its activities. */
export const MAINTENANCE_STEPS = [
  'applySchedules',
  'startWebhookDeliveries',
  'pruneWebhookDeliveries',
  'startOwedSyncs',
  'finishDisconnects',
  'expireConnections',
  'deletePurgedRows',
  'recordLostEnds',
] as const;

export type MaintenanceStep = (typeof MAINTENANCE_STEPS)[number];

/** What one step of maintenance has done, in numbers of things. */
export interface MaintenanceDone {
  done: number;
}
