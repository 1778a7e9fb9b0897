/** Whether a host, without the brackets of an IPv6 address, is this machine by what it is called. */
export function isLoopbackName(host: string): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(host);
}

/** Whether nobody on the way can read what is sent to a URL: by TLS, or within this machine. */
export function isPrivateOnTheWay(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopbackName(hostname.replace(/^\[(.*)\]$/, '$1'));
}
