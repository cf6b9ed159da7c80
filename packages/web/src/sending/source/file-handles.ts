// File handles that outlive a reload: Chromium's File System Access (WICG), which TypeScript's DOM library doesn't
// know.

declare global {
  interface Window {
    readonly showOpenFilePicker?: (options: {
      readonly multiple?: boolean;
    }) => Promise<readonly FileSystemFileHandle[]>;
  }

  interface DataTransferItem {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  }

  interface FileSystemHandle {
    requestPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
  }
}

/**
 * Lets the person pick files. Must be called in the turn of a click.
 *
 * @returns an empty list if they picked none; undefined if the browser has no such picker, or won't show it.
 */
export async function pickFiles(): Promise<readonly FileSystemFileHandle[] | undefined> {
  try {
    return await window.showOpenFilePicker?.({ multiple: true });
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? [] : undefined;
  }
}

/** The handles of the dropped items, if the browser gives any. Must be called in the turn of the `drop`. */
export async function handlesOfDrop(
  items: Iterable<DataTransferItem>,
): Promise<readonly FileSystemHandle[]> {
  const asked = Array.from(items, async (item) => item.getAsFileSystemHandle?.());
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value ? [answer.value] : [],
  );
}

/**
 * Asks the person for permission to read again. It asks for all handles at once: after a click a page may ask for only
 * a few seconds, and browsers combine simultaneous requests into one question.
 *
 * @returns the handles that may be read.
 */
export async function askToRead(
  handles: readonly FileSystemHandle[],
): Promise<readonly FileSystemHandle[]> {
  const answers = await Promise.allSettled(
    handles.map(async (handle) => handle.requestPermission?.({ mode: 'read' })),
  );
  return handles.filter((_, index) => {
    const answer = answers[index];
    return answer?.status === 'fulfilled' && answer.value === 'granted';
  });
}
