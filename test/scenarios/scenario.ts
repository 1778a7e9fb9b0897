import type { SandboxOptions, SellerSpec } from '../../sandbox/sandbox';
import type { ScenarioWorld } from './scenario-world';

/** The world that a scenario finds. */
export interface Setting {
  /** Default: {@link SMALL_SELLER}. The first is connected to the scenario's user. */
  sellers?: SellerSpec[];
  /** Seconds that pass at Amazon in one of ours. Default 200. */
  clockSpeed?: number;
  /** More of the local Amazon's options. */
  amazon?: Omit<Partial<SandboxOptions>, 'sellers' | 'clockSpeed' | 'now'>;
  /** Workers in this process when it begins. Default 1. */
  workers?: number;
  /** Seconds after which it has failed. Default 300. */
  limitSeconds?: number;
}

/** A situation that the service must get through, by its name, on a service of its own. */
export interface Scenario {
  name: string;
  given?: Setting;
  /** Throws when the service does not do what the name promises. */
  run(world: ScenarioWorld): Promise<void>;
}

/** What is small is quick; stock of a marketplace fits on one page of 50. */
export const SMALL_SELLER = {
  kind: 'generated',
  seed: 1,
  size: { orders: 200, skus: 30, claims: 20 },
} satisfies SellerSpec;

/** Several pages of stock in its first marketplace, for scenarios about paging. */
export const PAGED_SELLER = {
  kind: 'generated',
  seed: 2,
  size: { orders: 200, skus: 170, claims: 20 },
} satisfies SellerSpec;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
