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

/** What this browser keeps of a shared bundle: enough to go on under the same link. */
export interface KeptBundle {
  /** The link's room, which its token gives. */
  readonly id: string;
  /** When it was shared first, in milliseconds since 1970. */
  readonly created: number;
  readonly manifest: Manifest;
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array;
  /** 16 bytes. */
  readonly secret: Uint8Array;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /**
   * The files and folders that were picked or dropped, where the browser gave handles; not one for each
   * file, since the browser asks for leave for each of these, and a folder's covers all that is in it.
   */
  readonly roots: readonly FileSystemHandle[];
}

/**
 * Reads what was stored, by an earlier version perhaps, or half of it. Total.
 *
 * @returns undefined for what is no bundle, or not a whole one.
 */
export function readKeptBundle(value: unknown): KeptBundle | undefined {
  try {
    const stored = value as KeptBundle;
    const { id, created, token, secret, privateKey } = stored;
    const roots = [...stored.roots];
    const isSound =
      [token, secret, privateKey].every((bytes) => bytes instanceof Uint8Array) &&
      createLinkSecrets({ token, secret, privateKey }).room === id &&
      Number.isFinite(created) &&
      roots.every(({ kind }) => kind === 'file' || kind === 'directory');
    if (!isSound) return undefined;
    const manifest = readManifest(stored.manifest);
    return { id, created, manifest, token, secret, privateKey, roots };
  } catch {
    // Whatever else it was: nothing can be made of it.
    return undefined;
  }
}

// By the rules that hold for one from the other side, which are the strictest that there are.
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
