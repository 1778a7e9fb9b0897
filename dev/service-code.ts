import { migrate } from '../store/migrate';
import { startStackApi } from './stack-api';
import { startStackWorker } from './stack-worker';

/** The code of API, worker and schema, as it was when it was loaded. */
export interface ServiceCode {
  startApi: typeof startStackApi;
  startWorker: typeof startStackWorker;
  migrate: typeof migrate;
}

export const SERVICE_CODE: ServiceCode = {
  startApi: startStackApi,
  startWorker: startStackWorker,
  migrate,
};
