/**
 * Milliseconds that an object URL lives. A browser takes the blob when the download begins. It may first ask the person
 * where to save, and this leaves time for that.
 */
const URL_LIFETIME = 5 * 60_000;

/**
 * Starts a download of a blob under this name and the blob's type. A page can't see when a download ends, so the URL is
 * revoked after a time that is long enough for it to begin.
 */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), URL_LIFETIME);
}
