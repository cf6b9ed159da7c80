/**
 * Milliseconds that an object URL lives. A browser takes the blob when the download begins; this covers a
 * person who is first asked where to put it.
 */
const URL_LIFETIME = 5 * 60_000;

/**
 * Starts a download of a blob, under the name and the type that it has. Its end can't be observed, so its
 * URL goes after a time that is long enough to begin.
 */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), URL_LIFETIME);
}
