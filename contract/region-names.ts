import type { Region } from './regions';

/** What people call Amazon's regions. */
export const REGION_NAMES: Record<Region, string> = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
};
