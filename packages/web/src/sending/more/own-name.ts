const KEY = 'burritoshare-name';

/** What this person calls themselves, as this browser remembers it; empty if nothing. */
export function ownName(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/** Remembers it, in this browser alone; an empty one is forgotten. */
export function rememberOwnName(name: string): void {
  try {
    if (name === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name);
  } catch {
    // Where nothing can be stored, it holds for this tab.
  }
}
