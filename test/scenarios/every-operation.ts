/** All that a sync asks Amazon for, but for the access token and the documents themselves. */
export const EVERY_OPERATION = [
  'searchOrders',
  'getInventorySummaries',
  'createReport',
  'getReport',
  'getReports',
  'getReportDocument',
] as const;
