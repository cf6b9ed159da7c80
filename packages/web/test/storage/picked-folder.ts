// Makes a folder of the private file system behave like Chromium's on a disk. test/delivery/fixtures/picked-folder.json
// holds what was found there.
import probed from '../delivery/fixtures/picked-folder.json' with { type: 'json' };

/** Bytes. A file with a longer name can be made but not written. */
const WRITTEN_BYTES_MAX = 248;

const listed = new Set(probed.refused);
const characters = Object.values(probed.codePoints).map((ranges) =>
  ranges.split(' ').map((range) => range.split('-').map((hex) => Number.parseInt(hex, 16))),
);

/** Whether Chromium refused this name, or another with such a character in the same place. */
export function isRefused(name: string): boolean {
  const points = Array.from(name, (character) => character.codePointAt(0) ?? 0);
  const [inside = [], atStart = [], atEnd = []] = characters;
  const isIn = (ranges: readonly (readonly number[])[], point = 0): boolean =>
    ranges.some(([first = 0, last = first]) => point >= first && point <= last);
  return (
    listed.has(name) ||
    points.some((point) => isIn(inside, point)) ||
    isIn(atStart, points[0]) ||
    isIn(atEnd, points.at(-1))
  );
}

export function pickedFolder(
  folder: FileSystemDirectoryHandle,
  refuses: (name: string) => boolean,
): FileSystemDirectoryHandle {
  const check = (name: string): void => {
    if (refuses(name)) throw new TypeError('Name is not allowed.');
  };
  const open = {
    async getFileHandle(name: string, options?: FileSystemGetFileOptions) {
      check(name);
      const file = await folder.getFileHandle(name, options);
      if (new TextEncoder().encode(name).length <= WRITTEN_BYTES_MAX) return file;
      const createWritable = async (): Promise<never> => {
        throw new DOMException('The state had changed.', 'InvalidStateError');
      };
      return { createWritable } as unknown as FileSystemFileHandle;
    },
    async getDirectoryHandle(name: string, options?: FileSystemGetDirectoryOptions) {
      check(name);
      return pickedFolder(await folder.getDirectoryHandle(name, options), refuses);
    },
    removeEntry: (name: string, options?: FileSystemRemoveOptions) =>
      folder.removeEntry(name, options),
  };
  return open as unknown as FileSystemDirectoryHandle;
}
