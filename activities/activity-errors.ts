import type { AccessDenied } from '../amazon/errors';

/** Amazon's usage plan allows the request later. Not a fault. */
export class QuotaWait extends Error {
  override readonly name = 'QuotaWait';

  /** `until`: epoch ms, by this worker's clock. */
  constructor(readonly until: number) {
    super('Amazon limits requests');
  }
}

/** Amazon has not finished a report. Not a fault. */
export class ReportWait extends Error {
  override readonly name = 'ReportWait';

  /** `until`: epoch ms, by this worker's clock. */
  constructor(readonly until: number) {
    super('Amazon prepares the report');
  }
}

/** As many syncs run as may. Not a fault. */
export class PlaceWait extends Error {
  override readonly name = 'PlaceWait';

  /** `until`: epoch ms, by this worker's clock; when to ask again. */
  constructor(readonly until: number) {
    super('As many syncs run as may');
  }
}

/** Amazon ended a report as FATAL: asking again for the same will not help, for a shorter range it may. */
export class ReportFatal extends Error {
  override readonly name = 'ReportFatal';

  constructor() {
    super('Amazon could not make the report');
  }
}

/** Amazon has not finished a report for longer than any report takes. */
export class ReportStuck extends Error {
  override readonly name = 'ReportStuck';

  constructor(hours: number) {
    super(`Amazon has not finished the report in ${hours} hours; the next sync asks again`);
  }
}

/** The user has no connection to Amazon, or no longer has this one. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';

  constructor() {
    super('Amazon is not connected');
  }
}

/** Every connection of the user waits for the seller to authorize it again. */
export class ReauthorizationRequired extends Error {
  override readonly name = 'ReauthorizationRequired';

  constructor() {
    super('Amazon withdrew the authorization; connect Amazon again');
  }
}

/** A receiver did not take a webhook; the next attempt comes later. */
export class DeliveryDue extends Error {
  override readonly name = 'DeliveryDue';

  /** `until`: epoch ms, by this worker's clock. `why` is in words of ours. */
  constructor(
    readonly until: number,
    why: string,
  ) {
    super(why);
  }
}

/** 403 to the question where a seller sells: mostly because the seller is not one of this region. */
export class SellerRefused extends Error {
  override readonly name = 'SellerRefused';
  /** Amazon's, for a support case. */
  readonly requestId: string | null;

  constructor({ requestId }: AccessDenied, region: string) {
    super(
      `Amazon denies access to this seller in ${region}. If the seller sells elsewhere, connect Amazon with that region`,
    );
    this.requestId = requestId;
  }
}

/** The seller sells nowhere in the region of the connection. */
export class NoMarketplaces extends Error {
  override readonly name = 'NoMarketplaces';

  constructor(region: string, elsewhere: readonly string[]) {
    super(
      elsewhere.length === 0
        ? `Amazon knows no marketplace of this seller in ${region}. If the seller sells elsewhere, connect Amazon with that region`
        : `This seller does not sell in ${region}. Connect Amazon with the region ${elsewhere.join(' or ')}`,
    );
  }
}
