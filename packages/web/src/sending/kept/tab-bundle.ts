// Which bundle this tab shares, kept as long as the tab is, so that a reload knows it again. Storage that
// is switched off throws; then a reload merely doesn't know.

const KEY = 'burritoshare-bundle';

/** The bundle that this tab shared before it was reloaded. */
export function ownBundle(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Notes which bundle is shared here; undefined for none. */
export function setOwnBundle(id: string | undefined): void {
  try {
    if (id === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, id);
  } catch {
    // See above.
  }
}
