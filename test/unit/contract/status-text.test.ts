import { endText, progressText, waitText } from '../../../contract/status-text';
import { stateWith } from './sync-states';

const NOW = Date.parse('2026-03-01T12:01:00.000Z');
const error = { type: 'access_denied', message: 'Amazon denies access', requestId: null };

describe('a wait', () => {
  test('names the resource, the reason and the seconds left', () => {
    expect(waitText('orders', { reason: 'quota', until: NOW + 60_000 }, NOW)).toBe(
      'Orders: Amazon limits requests, next try in 60 s',
    );
    expect(waitText('claims', { reason: 'report', until: NOW + 1 }, NOW)).toBe(
      'Claims: Amazon prepares the report, next try in 1 s',
    );
    expect(waitText('inventory', { reason: 'retry', until: NOW + 1_001 }, NOW)).toBe(
      'Inventory: Amazon did not answer as it should, next try in 2 s',
    );
  });

  test('that is over is not counted below zero', () => {
    const text = waitText('orders', { reason: 'quota', until: NOW - 5_000 }, NOW);
    expect(text).toMatch(/next try in 0 s$/);
  });
});

describe('a running sync says', () => {
  const done = { outcome: 'complete' } as const;

  test('that it starts, before it knows its steps', () => {
    expect(progressText(stateWith({}))).toBe('Starting the sync');
  });

  test.each([
    [{}, 'Fetching orders, inventory and claims'],
    [{ inventory: done }, 'Fetching orders and claims'],
    [{ inventory: done, orders: { outcome: 'failed' } as const }, 'Fetching claims'],
    [{ orders: done, inventory: done, claims: done }, 'Finishing the sync'],
  ])('what is open: %j', (resources, text) => {
    expect(progressText(stateWith({ planned: true }, resources))).toBe(text);
  });
});

describe('a sync that ended says', () => {
  test('what it synced, with thousands set apart and one in the singular', () => {
    const state = stateWith(
      { status: 'complete' },
      {
        orders: { outcome: 'complete', records: 12_345 },
        inventory: { outcome: 'complete', records: 1 },
        claims: { outcome: 'complete', records: 0 },
      },
    );
    expect(endText(state)).toBe('Synced 12,345 orders, 1 inventory item, 0 claims');
  });

  test('what could not be fetched', () => {
    const state = stateWith(
      { status: 'complete' },
      {
        orders: { outcome: 'complete', records: 2 },
        inventory: { outcome: 'failed', error },
        claims: { outcome: 'failed', error },
      },
    );
    expect(endText(state)).toBe(
      'Synced 2 orders, 0 inventory items, 0 claims; inventory and claims could not be fetched',
    );
  });

  test('what could be fetched only in part', () => {
    const state = stateWith(
      { status: 'complete' },
      {
        orders: { outcome: 'complete', records: 2, error },
        inventory: { outcome: 'failed', error },
        claims: { outcome: 'complete', records: 1 },
      },
    );
    expect(endText(state)).toBe(
      'Synced 2 orders, 0 inventory items, 1 claim; orders could be fetched only in part; inventory could not be fetched',
    );
  });

  test('why it failed', () => {
    expect(endText(stateWith({ status: 'failed', error }))).toBe(
      'Sync failed: Amazon denies access',
    );
  });

  test('that it failed, also without a reason', () => {
    expect(endText(stateWith({ status: 'failed' }))).toBe('Sync failed: nothing could be fetched');
  });

  test('that it was cancelled', () => {
    expect(endText(stateWith({ status: 'cancelled' }))).toBe('Sync cancelled');
  });
});
