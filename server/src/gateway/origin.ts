import type { IncomingMessage } from 'node:http';

type Upgrade = Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } };

/**
 * Why a socket may not be opened, or undefined when it may. Browsers send cookies and reach private networks on behalf of
 * any page, so a page of another origin is refused; a program without an Origin is trusted on this machine only.
 */
export function refuseOrigin({ headers, socket }: Upgrade): string | undefined {
  const { origin, host } = headers;
  if (origin === undefined) return isLoopback(socket.remoteAddress) ? undefined : 'no Origin header';
  const page = URL.parse(origin);
  if (page === null || (page.protocol !== 'http:' && page.protocol !== 'https:')) return 'Origin is not a web page';
  return host !== undefined && sameHost(page, host)
    ? undefined
    : 'Origin is not the Host (a proxy must pass the Host on)';
}

/** Compared through the URL of the page, so that a default port counts the same written and unwritten. */
function sameHost(page: URL, host: string): boolean {
  return URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
