import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { TemporalSettings } from './shared-settings';

/**
 * How to reach Temporal, from Temporal's own environment variables (address, namespace, API key, TLS). The
 * user-wide configuration file is left alone: a deployment says everything in its environment.
 */
export function temporalOptions({ address, namespace, env }: TemporalSettings) {
  const overrideEnvVars = { ...env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  return loadClientConnectConfig({ disableFile: true, overrideEnvVars });
}
