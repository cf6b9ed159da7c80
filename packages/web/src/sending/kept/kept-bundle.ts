import {
  addPage,
  beginManifest,
  createLinkSecrets,
  encodeControlMessage,
  finishManifest,
  pagesOf,
  parseControlMessage,
  type Manifest,
} from '@burritoshare/core';

/** The record of a shared bundle in this browser: enough to go on under the same link. */
export interface KeptBundle {
  /** The link's room, which is derived from the token. */
  readonly id: string;
  /** When it was first shared, in milliseconds since 1970. */
  readonly created: number;
  readonly manifest: Manifest;
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array;
  /** 16 bytes. */
  readonly secret: Uint8Array;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Whether new receivers wait for the person's yes. */
  readonly asksFirst: boolean;
  /** Whether the link ends with the first delivery that is complete. */
  readonly once: boolean;
  /**
   * Handles for the files and folders that were picked or dropped, if the browser gave any. A folder has one handle for
   * all its files, since the browser asks for permission for each handle.
   */
  readonly roots: readonly FileSystemHandle[];
}

/**
 * Reads a stored record, which may be incomplete or from an earlier version. Total.
 *
 * @returns undefined if it is no whole bundle.
 */
export function readKeptBundle(value: unknown): KeptBundle | undefined {
  try {
    const stored = value as KeptBundle;
    const { id, created, token, secret, privateKey } = stored;
    // A record of an earlier version has no wishes.
    const { asksFirst = false, once = false } = value as Partial<KeptBundle>;
    const roots = [...stored.roots];
    const isSound =
      [token, secret, privateKey].every((bytes) => bytes instanceof Uint8Array) &&
      createLinkSecrets({ token, secret, privateKey }).room === id &&
      Number.isFinite(created) &&
      [asksFirst, once].every((wish) => typeof wish === 'boolean') &&
      roots.every(({ kind }) => kind === 'file' || kind === 'directory');
    if (!isSound) return undefined;
    const manifest = readManifest(stored.manifest);
    return { id, created, manifest, token, secret, privateKey, asksFirst, once, roots };
  } catch {
    // The manifest is invalid, so the record is of no use.
    return undefined;
  }
}

// Checks the manifest by the rules for a remote one, which are the strictest.
function readManifest(stored: Manifest): Manifest {
  const messages = pagesOf(stored).map((message) =>
    parseControlMessage(encodeControlMessage(message)),
  );
  const [offer, ...pages] = messages;
  if (offer?.type !== 'offer') throw new TypeError('a manifest begins with an offer');
  return finishManifest(
    pages.reduce(
      (partial, page) => (page.type === 'page' ? addPage(partial, page) : partial),
      beginManifest(offer),
    ),
  );
}
