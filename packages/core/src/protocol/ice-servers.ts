import type { IceServer } from './types.ts';

/**
 * The ICE servers that help two browsers to reach each other directly. Relays (TURN) are left out: bytes may go through
 * somebody else's machine only if a person has allowed it, and this version can't ask for that yet.
 */
export function directServers(servers: readonly IceServer[]): readonly IceServer[] {
  return servers.flatMap((server) => {
    const urls = [server.urls].flat().filter((url) => /^stuns?:/i.test(url));
    return urls.length === 0 ? [] : [{ urls }];
  });
}
