/** A server or file that the global set-up brought up. Fails, and never skips, where it is missing. */
export function testServer(
  name:
    | 'TEST_TEMPORAL_ADDRESS'
    | 'TEST_DATABASE_URL'
    | 'TEST_TIME_SKIPPING_SERVER'
    | 'TEST_WORKFLOW_BUNDLE',
): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests through Jest`);
  return value;
}
