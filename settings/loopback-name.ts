/** Whether a host, without the brackets of an IPv6 address, is this machine by what it is called. */
export function isLoopbackName(host: string): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(host);
}
