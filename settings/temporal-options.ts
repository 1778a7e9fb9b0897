import { loadClientConnectConfig } from '@temporalio/envconfig';
import { isLoopbackName } from './loopback-name';
import type { Environment } from './secret-files';
import type { TemporalSettings } from './shared-settings';

/**
 * How to reach Temporal, from Temporal's own environment variables (address, namespace, API key, TLS). The
 * user-wide configuration file is left alone: a deployment says everything in its environment.
 */
export function temporalOptions({ address, namespace, env }: TemporalSettings) {
  const overrideEnvVars = { ...env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  return loadClientConnectConfig({ disableFile: true, overrideEnvVars });
}

/**
 * What is wrong with Temporal's variables together, a line each. With an API key TLS is on by itself; without TLS the
 * key would go over the network in the clear, with every call. To this machine it may, such as to a proxy that adds TLS.
 */
export function temporalFaults(env: Environment): string[] {
  const host = /^\[?([^\]]+?)\]?:\d+$/.exec(env.TEMPORAL_ADDRESS ?? '')?.[1];
  const isOff = ['false', '0'].includes(env.TEMPORAL_TLS ?? '');
  if (env.TEMPORAL_API_KEY === undefined || !isOff || host === undefined) return [];
  return isLoopbackName(host)
    ? []
    : ['TEMPORAL_TLS: must not be off with TEMPORAL_API_KEY, which would be sent in the clear'];
}
