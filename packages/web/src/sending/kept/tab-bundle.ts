// Remembers which bundle this tab shares for as long as the tab lives, so that a reload finds it. If storage is
// switched off, access throws, and a reload doesn't find it.

const KEY = 'burritoshare-bundle';

/** The bundle that this tab shared before it was reloaded. */
export function ownBundle(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Notes the bundle that this tab shares; undefined for none. */
export function setOwnBundle(id: string | undefined): void {
  try {
    if (id === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, id);
  } catch {
    // Storage is switched off (see above).
  }
}
